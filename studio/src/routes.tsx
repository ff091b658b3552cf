import {
  createRootRoute,
  createRoute,
  createRouter,
  Link,
  lazyRouteComponent,
} from '@tanstack/react-router';
import { readSearch } from './data/url.ts';
import { Empty } from './parts/Empty.tsx';
import { Shell } from './parts/Shell.tsx';

const root = createRootRoute({
  component: Shell,
  validateSearch: readSearch,
  notFoundComponent: () => (
    <Empty title="There is no such page">
      <Link to="/">Go to the dashboard</Link>
    </Empty>
  ),
  errorComponent: ({ error }) => (
    <Empty title="This page failed">
      {(error as Error).message} <a href={location.href}>Reload it</a>
    </Empty>
  ),
});

const page = <Path extends string>(
  path: Path,
  load: () => Promise<Record<string, unknown>>,
  name: string,
) =>
  createRoute({
    getParentRoute: () => root,
    path,
    component: lazyRouteComponent(load as never, name),
  });

const routes = root.addChildren([
  page('/', () => import('./pages/DashboardPage.tsx'), 'DashboardPage'),
  page('/runs', () => import('./pages/runs/RunsPage.tsx'), 'RunsPage'),
  page('/runs/$run', () => import('./pages/run/RunPage.tsx'), 'RunPage'),
  page('/workflows', () => import('./pages/WorkflowsPage.tsx'), 'WorkflowsPage'),
  page('/workflows/$name', () => import('./pages/WorkflowPage.tsx'), 'WorkflowPage'),
  page('/inbox', () => import('./pages/InboxPage.tsx'), 'InboxPage'),
  page('/batches', () => import('./pages/batches/BatchesPage.tsx'), 'BatchesPage'),
  page('/batches/$run', () => import('./pages/batches/BatchPage.tsx'), 'BatchPage'),
  page('/schedules', () => import('./pages/SchedulesPage.tsx'), 'SchedulesPage'),
  page('/actors', () => import('./pages/ActorsPage.tsx'), 'ActorsPage'),
  page('/prompts', () => import('./pages/prompts/PromptsPage.tsx'), 'PromptsPage'),
  page('/compare', () => import('./pages/ComparePage.tsx'), 'ComparePage'),
]);

export const router = createRouter({
  routeTree: routes,
  basepath: new URL(document.baseURI).pathname,
  // Numbers in links stay text: numbers of runs may be larger than JavaScript's.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const given = Object.entries(search).filter(([, value]) => value !== undefined);
    const text = new URLSearchParams(given as [string, string][]).toString();
    return text === '' ? '' : `?${text}`;
  },
  defaultPreload: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
