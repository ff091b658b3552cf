import { Argument, type Command } from 'commander';
import { addExamples } from '../options.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/** What can follow each command: the words of commands and options by the path before them. */
interface Words {
  path: string;
  words: { word: string; what: string }[];
}

function wordsOf(command: Command, path: string[] = []): Words[] {
  const commands = command.commands.map((child) => ({
    word: child.name(),
    what: child.description(),
  }));
  const options = command.options.flatMap(({ long, description }) =>
    long ? [{ word: long, what: description }] : [],
  );
  return [
    { path: path.join(' '), words: [...commands, ...options] },
    ...command.commands.flatMap((child) => wordsOf(child, [...path, child.name()])),
  ];
}

function bash(all: Words[]): string {
  const cases = all.map(
    ({ path, words }) => `    "${path}") words="${words.map(({ word }) => word).join(' ')}" ;;`,
  );
  return `_pgwave() {
  local path="" word words
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) case " $(_pgwave_words "$path") " in *" $word "*) path="\${path:+$path }$word" ;; esac ;; esac
  done
  COMPREPLY=($(compgen -W "$(_pgwave_words "$path")" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
_pgwave_words() {
  local words=""
  case "$1" in
${cases.join('\n')}
  esac
  printf '%s' "$words"
}
complete -o default -F _pgwave pgwave
`;
}

/** zsh runs bash's completions. */
const zsh = (all: Words[]): string => `autoload -U +X bashcompinit && bashcompinit\n${bash(all)}`;

function fish(all: Words[]): string {
  const quoted = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`;
  const lines = all.flatMap(({ path, words }) => {
    const condition =
      path === ''
        ? '__fish_use_subcommand'
        : path
            .split(' ')
            .map((word) => `__fish_seen_subcommand_from ${word}`)
            .join('; and ');
    return words.map(({ word, what }) => {
      const given = word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${word}`;
      return `complete -c pgwave -n ${quoted(condition)} ${given} -d ${quoted(what)}`;
    });
  });
  return `${lines.join('\n')}\n`;
}

const WRITE: Record<Shell, (all: Words[]) => string> = { bash, zsh, fish };

export function addCompletion(program: Command): void {
  const command = program
    .command('completion')
    .description('print a script that completes commands and options')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .action(async (shell: Shell) => {
      const { createProgram } = await import('../program.ts');
      process.stdout.write(WRITE[shell](wordsOf(await createProgram())));
    });
  addExamples(command, [
    ['source <(pgwave completion bash)', 'in ~/.bashrc'],
    ['source <(pgwave completion zsh)', 'in ~/.zshrc'],
    ['pgwave completion fish > ~/.config/fish/completions/pgwave.fish', 'once'],
  ]);
}
