import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** Colors by the page's scheme: light-dark() follows it. */
const theme = EditorView.theme({
  '&': { backgroundColor: 'var(--surface)', color: 'var(--mantine-color-text)', fontSize: '13px' },
  '&.cm-focused': { outline: '2px solid light-dark(#1559a0, #74c0fc)', outlineOffset: '-2px' },
  '.cm-content': { fontFamily: 'var(--mantine-font-family-monospace)', caretColor: 'currentColor' },
  '.cm-cursor': { borderLeftColor: 'currentColor' },
  '.cm-gutters': {
    backgroundColor: 'light-dark(#f8f9fa, #222)',
    color: 'light-dark(#5c636a, #a6a7ab)',
    border: 'none',
  },
  '.cm-activeLine': { backgroundColor: 'light-dark(#f1f3f560, #ffffff0a)' },
  '.cm-activeLineGutter': { backgroundColor: 'light-dark(#e9ecef, #333)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { backgroundColor: 'light-dark(#c5dcf5, #2a4a6d)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--surface)',
    border: '1px solid var(--line)',
    color: 'var(--mantine-color-text)',
    maxWidth: '420px',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    backgroundColor: 'light-dark(#1559a0, #1c5a94)',
    color: '#fff',
  },
  '.cm-panels': { backgroundColor: 'var(--surface)', color: 'var(--mantine-color-text)' },
});

const colors = HighlightStyle.define([
  {
    tag: [tags.propertyName, tags.definition(tags.propertyName)],
    color: 'light-dark(#1559a0, #91c9fb)',
  },
  { tag: [tags.string, tags.special(tags.string)], color: 'light-dark(#2b6a37, #8ce99a)' },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: 'light-dark(#8f3d00, #ffc078)' },
  {
    tag: [tags.comment, tags.lineComment],
    color: 'light-dark(#5c636a, #a6a7ab)',
    fontStyle: 'italic',
  },
  { tag: tags.meta, color: 'light-dark(#6741a8, #d0bfff)' },
]);

export const COLORS = [theme, syntaxHighlighting(colors)];
