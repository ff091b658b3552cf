import {
  ActionIcon,
  AppShell,
  Badge,
  Burger,
  Group,
  Menu,
  NavLink,
  Text,
  Tooltip,
  UnstyledButton,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import {
  Bot,
  CalendarClock,
  ChartColumn,
  GitCompare,
  Inbox,
  Layers,
  ListChecks,
  MessageSquareText,
  Search,
  Settings,
  Waves,
  Workflow,
} from 'lucide-react';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import {
  CallerDocument,
  InboxUpdatedDocument,
} from '../../../graphql/operations/operations.generated.ts';
import { connection } from '../data/connection.ts';
import { clockTime, exactTime, setZone, useZone, zoneStore } from '../data/format.ts';
import { useAnswer, useLive } from '../data/live.ts';
import { createStore, useStore } from '../data/store.ts';
import { claimsOf, setToken, tokenStore } from '../data/token.ts';
import { useNow } from './Time.tsx';

// Read when somebody looks for something, asks for the keys, or has to give a token.
const Finder = lazy(() => import('./Finder.tsx'));
const KeyList = lazy(() => import('./KeyList.tsx'));
const TokenPrompt = lazy(() => import('./TokenPrompt.tsx'));

const PAGES = [
  { to: '/', label: 'Dashboard', icon: ChartColumn, key: 'd' },
  { to: '/runs', label: 'Runs', icon: ListChecks, key: 'r' },
  { to: '/workflows', label: 'Workflows', icon: Workflow, key: 'w' },
  { to: '/inbox', label: 'Inbox', icon: Inbox, key: 'i' },
  { to: '/batches', label: 'Batches', icon: Layers, key: 'b' },
  { to: '/schedules', label: 'Schedules', icon: CalendarClock, key: 's' },
  { to: '/actors', label: 'Actors', icon: Bot, key: 'a' },
  { to: '/prompts', label: 'Prompts', icon: MessageSquareText, key: 'p' },
  { to: '/compare', label: 'Compare', icon: GitCompare, key: 'c' },
] as const;

/** How many decisions wait, for the badge of every page. */
export const inboxCount = createStore(0);

/** How the live connection stands, in words. */
function ConnectionState() {
  const { state, since } = useStore(connection);
  const now = useNow(1000, state === 'lost');
  const zone = useZone();
  if (state === 'idle') return null;
  const seconds = Math.max(0, Math.round((now - (since ?? now)) / 1000));
  const words =
    state === 'live'
      ? 'live'
      : state === 'connecting'
        ? 'connecting'
        : seconds < 20
          ? `reconnecting (${seconds} s)`
          : `offline since ${clockTime(since ?? now, zone)}`;
  const tone = state === 'live' ? 'completed' : state === 'connecting' ? 'pending' : 'failed';
  return (
    <span className={`status tone-${tone}`} role="status" data-testid="connection">
      {words}
    </span>
  );
}

function Caller() {
  const { data } = useAnswer(CallerDocument, {});
  const { token } = useStore(tokenStore);
  const zone = useZone();
  const exp = token === undefined ? undefined : claimsOf(token).exp;
  if (!data) return null;
  return (
    <Menu.Label>
      {data.currentIdentity} ({data.callerRole})
      {exp && <div>token ends {exactTime(exp * 1000, zone)}</div>}
    </Menu.Label>
  );
}

function SettingsMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const zone = useStore(zoneStore);
  const { token } = useStore(tokenStore);
  const mark = (is: boolean) => (is ? '● ' : '○ ');
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label="Settings">
          <Settings size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Caller />
        {token !== undefined && (
          <Menu.Item onClick={() => setToken(undefined)}>Forget the token</Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Label>Colors</Menu.Label>
        {(['light', 'dark', 'auto'] as const).map((scheme) => (
          <Menu.Item key={scheme} closeMenuOnClick={false} onClick={() => setColorScheme(scheme)}>
            {mark(colorScheme === scheme)}
            {scheme === 'auto' ? 'as the system' : scheme}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>Times</Menu.Label>
        {['browser', 'UTC'].map((name) => (
          <Menu.Item key={name} closeMenuOnClick={false} onClick={() => setZone(name)}>
            {mark(zone === name)}
            {name === 'browser' ? 'zone of the browser' : name}
          </Menu.Item>
        ))}
        <Menu.Item
          onClick={() => {
            const name = window.prompt('An IANA time zone, for example Europe/Berlin');
            if (name && Intl.supportedValuesOf('timeZone').includes(name)) setZone(name);
          }}
        >
          {mark(zone !== 'browser' && zone !== 'UTC')}
          {zone === 'browser' || zone === 'UTC' ? 'another zone…' : zone}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** `g r` and its like; `j` and `k` move through the lines of a list. */
function useKeys(openKeys: () => void, openFinder: () => void): void {
  const navigate = useNavigate();
  const wantsPage = useRef(false);
  const keysOf = useRef(openKeys);
  keysOf.current = openKeys;
  const move = (by: number) => {
    const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + by))];
    next?.focus();
  };
  useHotkeys([
    ['mod+K', openFinder],
    ['j', () => move(1)],
    ['k', () => move(-1)],
    ['/', () => document.querySelector<HTMLElement>('[data-search]')?.focus()],
  ]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
      // By what it writes: on some keyboards it needs no Shift.
      if (event.key === '?') return keysOf.current();
      const page = wantsPage.current && PAGES.find(({ key }) => key === event.key);
      wantsPage.current = event.key === 'g' && !wantsPage.current;
      if (page) {
        event.preventDefault();
        navigate({ to: page.to });
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [navigate]);
}

function InboxWatch() {
  useLive(InboxUpdatedDocument, {}, ({ inboxUpdated }) =>
    inboxCount.set(inboxUpdated?.query.inboxes?.totalCount ?? 0),
  );
  return null;
}

function Navigation({ onNavigate }: { onNavigate: () => void }) {
  const waiting = useStore(inboxCount);
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (
    <nav aria-label="Pages">
      {PAGES.map(({ to, label, icon: Icon }) => (
        <NavLink
          key={to}
          renderRoot={(props) => <Link {...props} to={to} />}
          label={label}
          leftSection={<Icon size={17} aria-hidden />}
          rightSection={
            to === '/inbox' && waiting > 0 ? (
              <Badge size="sm" variant="filled" aria-label={`${waiting} wait for a decision`}>
                {waiting}
              </Badge>
            ) : undefined
          }
          active={to === '/' ? path === '/' : path.startsWith(to)}
          onClick={onNavigate}
        />
      ))}
    </nav>
  );
}

/** The frame of every page. */
export function Shell() {
  const [isOpen, menu] = useDisclosure(false);
  const [keysShown, keys] = useDisclosure(false);
  const { token, asked } = useStore(tokenStore);
  const [finds, setFinds] = useState(0);
  const openFinder = () => setFinds((n) => n + 1);
  useKeys(keys.open, openFinder);
  return (
    <AppShell
      header={{ height: 50 }}
      navbar={{ width: 190, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding="md"
    >
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={menu.toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label="Menu"
            />
            <UnstyledButton component={Link} to="/" aria-label="pgwave: dashboard">
              <Group gap={6} wrap="nowrap">
                <Waves size={22} aria-hidden />
                <Text fw={700}>pgwave</Text>
              </Group>
            </UnstyledButton>
          </Group>
          <Group gap="sm" wrap="nowrap">
            <ConnectionState />
            <Tooltip label="Find (Ctrl K)">
              <ActionIcon variant="subtle" color="gray" aria-label="Find" onClick={openFinder}>
                <Search size={18} />
              </ActionIcon>
            </Tooltip>
            <SettingsMenu key={token} />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs">
        <Navigation onNavigate={menu.close} />
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <div className="page" key={token}>
          {asked === undefined && <InboxWatch />}
          <Outlet />
        </div>
      </AppShell.Main>
      {finds > 0 && (
        <Suspense>
          <Finder pages={PAGES} asked={finds} />
        </Suspense>
      )}
      <Suspense>
        {asked !== undefined && <TokenPrompt />}
        {keysShown && <KeyList pages={PAGES} close={keys.close} />}
      </Suspense>
    </AppShell>
  );
}
