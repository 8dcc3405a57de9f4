import type { Vocabulary } from '../analysis/index.js';

const SEPARABLE = /^(zuruck|weiter|vor|nach|auf|aus|ein|mit|bei|fest|fort|statt|fern|frei|hin|her|weg|los|dar|ab|an|um|zu)(?=.{3,}$)/u;
const STEM_UNITS_MIN = 4;

/**
 * Other stems of the same German verb or adjective that Snowball keeps apart: "gekündigt", "aufzubewahren" and
 * "aufbewahrt" beside "kündigen" and "aufbewahren". Only those that the corpus knows are worth anything.
 */
export function verbForms(stem: string, vocabulary: Vocabulary): string[] {
  if (stem.length < STEM_UNITS_MIN || !/^[a-z]+$/u.test(stem)) return [];
  const forms = new Set<string>();
  for (const base of basesOf(stem)) {
    for (const form of [base, `${base}t`, `${base}et`, `${base}ung`, `${base}ig`]) forms.add(form);
    if (base.length > STEM_UNITS_MIN) for (const form of [`ge${base}t`, `ge${base}`, `zu${base}`]) forms.add(form);
    const prefix = SEPARABLE.exec(base)?.[1];
    if (prefix === undefined) continue;
    const rest = base.slice(prefix.length);
    for (const form of [`${prefix}ge${rest}t`, `${prefix}ge${rest}`, `${prefix}zu${rest}`]) forms.add(form);
  }
  forms.delete(stem);
  return [...forms].filter((form) => form.length >= STEM_UNITS_MIN && vocabulary.frequency(form) > 0);
}

function basesOf(stem: string): string[] {
  const bases = [stem];
  const add = (base: string) => {
    if (base.length >= STEM_UNITS_MIN) bases.push(base);
  };
  if (/t$/u.test(stem)) add(stem.replace(/e?t$/u, ''));
  if (/^ge.{4,}t$/u.test(stem)) add(stem.slice(2).replace(/e?t$/u, ''));
  const prefix = SEPARABLE.exec(stem)?.[1];
  if (prefix !== undefined) {
    const rest = stem.slice(prefix.length);
    if (/^ge.{3,}t$/u.test(rest)) add(prefix + rest.slice(2).replace(/e?t$/u, ''));
    if (/^zu.{3,}$/u.test(rest)) add(prefix + rest.slice(2));
  }
  return bases;
}

/** "kuendigung" is typed for "Kündigung": the stem with its umlauts folded, if the corpus knows that and not the typed one. */
export function respelled(stem: string, vocabulary: Vocabulary): string | undefined {
  if (vocabulary.frequency(stem) > 0 || !/[aou]e/u.test(stem)) return undefined;
  const folded = stem.replace(/([aou])e/gu, '$1');
  return vocabulary.frequency(folded) > 0 ? folded : undefined;
}
