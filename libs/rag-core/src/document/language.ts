import type { Language } from './types.js';

// Words that carry grammar and hardly occur in the other language; "in", "an", "am", "so", "die", "war", "hat", "man" are
// words of both and left out, except where one reading is by far the more frequent.
const GERMAN = new Set(
  `der die das den dem des ein eine einen einem einer eines und oder aber nicht kein keine keinen ist sind war waren wird werden
  wurde wurden hat habe haben hatte kann können könnte muss müssen soll sollen darf dürfen mit von vom für auf aus bei bis nach
  über unter vor zu zum zur im ins um durch gegen ohne wie wo wer wann warum weshalb was welche welcher welches welchen wem wen
  wieviel viel viele ich du er sie wir ihr mir mich uns euch mein meine meinen meiner unser unsere unseren sich auch noch nur schon
  wenn dass weil als sowie sonst jeder jede jedes gibt gilt steht lange hoch oft ab bzw dafür davon dazu darauf diese dieser dieses
  einmal etwas sein seine ihre ihren absatz satz nummer jahre tage wochen monate frist welchem alle allen beim eigentlich hier ja nein`
    .split(/\s+/),
);
const ENGLISH = new Set(
  `the a an of to and or but not is are was were be been being has have had do does did can could must shall should may might will
  would with from for on at by into onto about over after before between how what when where which who whom whose why i you he she
  it we they me us them my your his its our their this that these those there here if then than as also only just any some each
  every no yes much many long often more most than don't can't i'm what's isn't doesn't who's it's get need use until during without
  in so am per out up under while because want new all next days weeks months years`.split(/\s+/),
);

const WORD = /[\p{L}\p{M}]+(?:['’][\p{L}]+)?/gu;
const SAMPLE_UNITS_MAX = 4_000;

/**
 * Tells German from English by words of grammar, then by letters. A few words are enough: questions are short.
 *
 * @example detectLanguage('Wie viele Urlaubstage habe ich?') // 'de'
 */
export function detectLanguage(text: string, fallback: Language = 'en'): Language {
  let german = 0;
  let english = 0;
  for (const [match] of text.slice(0, SAMPLE_UNITS_MAX).matchAll(WORD)) {
    const word = match.normalize('NFC').toLowerCase().replace('’', "'");
    if (GERMAN.has(word)) german += 1;
    if (ENGLISH.has(word)) english += 1;
    german += lettersOfGerman(word);
    english += lettersOfEnglish(word);
  }
  if (/§|\bAbs\.|\bNr\./u.test(text.slice(0, SAMPLE_UNITS_MAX))) german += 1;
  if (german === english) return fallback;
  return german > english ? 'de' : 'en';
}

/** Without words of grammar ("kündigung probezeit frist") spelling has to decide. */
function lettersOfGerman(word: string): number {
  if (/[äöüß]/u.test(word)) return 0.9;
  if (word.length >= 6 && /(?:ung|ungen|heit|keit|schaft|lich|isch|igkeit|zeit|recht|geld|arbeit|vertrag|gesetz|steuer)(?:en|s|es|e|er)?$/u.test(word)) return 0.6;
  if (/(?:sch|tz|pf|zw|ae|ue|ck[et])/u.test(word) && !/(?:school|schedule|tick|pick|pack|back|lock|block|true|blue|value|queue|issue|due|schema|scholar|rocke|docke|ticket|packet|jacket|bucket|rocket|socket|pocket)/u.test(word)) return 0.4;
  return /(?:[^aeiou]en|ern|eln)$/u.test(word) && word.length > 4 ? 0.25 : 0;
}

function lettersOfEnglish(word: string): number {
  if (/(?:ing|tion|ment|ness|ity|ally|ould|ight|ough|ship)s?$/u.test(word) && word.length > 4) return 0.5;
  if (/(?:th|wh|ey$|ay$|oy$|[^q]ue$|y$|ee|oo)/u.test(word)) return 0.3;
  return /'(?:s|t|re|ve|ll|d|m)$/u.test(word) ? 0.8 : 0;
}
