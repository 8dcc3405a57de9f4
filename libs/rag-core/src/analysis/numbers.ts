const GERMAN = `null zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig`;
const ENGLISH = `zero two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty`;
const GERMAN_TENS = 'dreißig:30 dreissig:30 vierzig:40 fünfzig:50 sechzig:60 siebzig:70 achtzig:80 neunzig:90 hundert:100 einhundert:100 tausend:1000 eintausend:1000';
const ENGLISH_TENS = 'thirty:30 forty:40 fifty:50 sixty:60 seventy:70 eighty:80 ninety:90 hundred:100 thousand:1000';

// One is left out: "ein" and "one" are far more often an article or a pronoun than a number.
const WORDS = new Map<string, string>();
for (const list of [GERMAN, ENGLISH]) list.split(' ').forEach((word, index) => WORDS.set(word, String(index === 0 ? 0 : index + 1)));
for (const list of [GERMAN_TENS, ENGLISH_TENS]) for (const pair of list.split(' ')) WORDS.set(pair.split(':')[0]!, pair.split(':')[1]!);

/** The digits of a written number ("vierzehn", "fourteen", "fünfundzwanzigtausend"), or undefined for another word. */
export function digitsOfWord(word: string): string | undefined {
  const known = WORDS.get(word);
  if (known !== undefined) return known;
  return /(?:zig|ßig|ssig|hundert|tausend)$/u.test(word) ? composedGerman(word) : undefined;
}

function composedGerman(word: string): string | undefined {
  for (const [unit, factor] of [['tausend', 1000], ['hundert', 100]] as const) {
    if (word.endsWith(unit) && word !== unit) {
      const count = digitsOfWord(word.slice(0, -unit.length));
      return count === undefined ? undefined : String(Number(count) * factor);
    }
  }
  const parts = /^(.+?)und(.+)$/u.exec(word);
  if (!parts) return undefined;
  const ones = parts[1] === 'ein' ? '1' : WORDS.get(parts[1]!);
  const tens = WORDS.get(parts[2]!);
  return ones && tens ? String(Number(tens) + Number(ones)) : undefined;
}

/** "1.850", "1,850" and "1 850" are one number; "10,45" and "10.45" are another. */
export function canonicalNumber(written: string): string {
  const plain = written.replace(/[\s\u00a0\u202f]/gu, '');
  if (/^\d{1,3}(?:[.,]\d{3})+$/u.test(plain)) return plain.replace(/[.,]/gu, '');
  const grouped = /^(\d{1,3}(?:([.,])\d{3})+)([.,])(\d+)$/u.exec(plain);
  if (grouped && grouped[2] !== grouped[3]) return `${grouped[1]!.replace(/[.,]/gu, '')}.${grouped[4]!}`;
  return plain.replace(',', '.');
}
