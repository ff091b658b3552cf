import os from 'node:os';

// Imported before graphile-worker, which asks for the home folder when it is loaded: a container may run as a user number
// that no passwd file knows, and without HOME.
try {
  os.homedir();
} catch {
  process.env.HOME = '/';
}
