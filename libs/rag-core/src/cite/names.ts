// Identifiers and names that a claim may not invent: #channels, `code`, addresses, words with a capital or a digit inside.
const NAME = /`[^`\n]{2,80}`|[#@][\p{L}\p{N}][\p{L}\p{N}_-]+|[\w.+-]+@[\w-]+\.[\w.]+|\b[\p{L}\p{N}]+(?:[._/=-][\p{L}\p{N}]+)*\b/gu;
const TELLING = /^[#@`]|@|\p{Ll}\p{Lu}|\p{Lu}{2}|\p{L}\d|\d\p{L}|[_=/]|\w\.\w/u;
// Abbreviations of grammar and measure are no names.
const COMMON = /^(?:z\.?b|d\.?h|e\.?g|i\.?e|u\.?a|usd|eur|abs|nr|faq|ok|us|eu|id|\d+[.,:]?\d*(?:st|nd|rd|th|h|kb|mb|gb|x|px|min)?)\.?$/iu;

/** The names of a text in one spelling, without their marks: `#ask-people-team` and "ask people team" compare equal. */
export function namesOf(text: string): string[] {
  const names = [...text.matchAll(NAME)].map((match) => match[0]).filter((name) => TELLING.test(name) && !COMMON.test(name));
  return [...new Set(names.map(plainName))].filter((name) => name.length >= 2);
}

/** True if a text says the name, whatever its hyphens and marks. */
export function holdsName(text: string, name: string): boolean {
  return plainName(text).includes(name);
}

function plainName(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}
