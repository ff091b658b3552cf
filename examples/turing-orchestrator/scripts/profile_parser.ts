/**
 * Reads a profile from text: lines of Name:, Headline:, Location:, Years: and Format:, and what follows About:.
 *
 * params.raw  the text
 *
 * Answers {tag: VALID, profile} or {tag: INVALID, reasons}, every reason.
 */
import { script } from '../../../src/script.ts';

await script(async ({ params }) => {
  const raw = String((params as { raw?: unknown }).raw ?? '');
  const [head = '', about = ''] = raw.split(/^About:[ \t]*/m);
  const line = (name: string): string | null =>
    new RegExp(`^${name}:[ \\t]*(.+)$`, 'm').exec(head)?.[1]?.trim() ?? null;
  const profile = {
    full_name: line('Name'),
    headline: line('Headline'),
    location: line('Location'),
    years_of_experience: line('Years') === null ? null : Number(line('Years')),
    about: about.trim(),
    format: line('Format') ?? 'v2',
  };
  const years = profile.years_of_experience;
  const reasons = [
    ...(profile.full_name === null ? ['it has no name'] : []),
    ...(profile.headline === null ? ['it has no headline'] : []),
    ...(profile.about.length < 20 ? ['it says next to nothing about the person'] : []),
    ...(years !== null && !(Number.isInteger(years) && years >= 0 && years <= 70)
      ? [`${line('Years')} are no years of experience`]
      : []),
    ...(profile.format === 'v1' || profile.format === 'v2'
      ? []
      : [`the format ${profile.format} is not known`]),
  ];
  return reasons.length === 0 ? { tag: 'VALID', profile } : { tag: 'INVALID', reasons };
});
