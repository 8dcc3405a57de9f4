import { stem } from '../analysis/index.js';
import type { Language } from '../document/index.js';

// Words that people tell their story with. They are rare in formal documents, so their idf takes them for the topic.
const GERMAN = `kollege kollegin kollegen leute leuten mitarbeiter mitarbeiterin mitarbeitern firma chef chefin vorgesetzter frau herr mann mensch menschen
  team gruppe person jemand leute betrieb unternehmen mutter vater kind
  gestern heute morgen neulich plötzlich spontan gerade bald kürzlich inzwischen mittlerweile nächste nächsten letzte letzten
  ganz gut seit lang lange langem kurz oft ab gleich extra einfach wirklich trotzdem dauernd ständig immer nie manchmal ungefähr etwa
  genau eigentlich überhaupt normal normalerweise normalfall höchstens mindestens wenigstens spätestens frühestens maximal
  hoch groß größe klein wenig wenige neu neue alt alte eigene eigenen weitere bestimmte bestimmten gewisse richtig falsch schlimm
  geld sache ding dinge fall art weise stelle ort mal stück rest beispiel frage antwort thema grund gründe weg
  geben gibt nehmen kommen kommt bleiben bleibt bleibe liegen liegt legen setzen stellen halten hält führen laufen läuft ziehen gehen
  bringen finden findet sehen zeigen nennen sagen sagt reden sprechen schreiben schreibt lesen fragen wissen kennen denken glauben heißt
  brauchen braucht benutzen wollen möchten versuchen passieren passiert funktionieren klappen zählt zählen zählen bedeutet meint
  bekommt erhält erhalten kriegt haben sein arbeiten arbeitet tag tage zeit jahr wegen gegen per pro samt nebst inklusive eingesetzt
  drinsteht rausfliegt loswerden wehren fühlt schaffen anfangen aufhören erledigt nachdem bevor falls sobald`;
const ENGLISH = `colleague guy guys folk folks people person someone somebody anyone everybody everyone nobody thing things stuff bit way lot lots kind sort
  today yesterday tomorrow recently currently already still yet always never often sometimes usually normally normal default quite really
  actually basically maybe perhaps soon late early quick quickly fast long short big small large good bad nice new old different
  another other several whole entire certain proper possible next last first
  go goes going come comes coming take takes taken put make makes made give gives given keep keeps find found know known think tell
  told say says said see seen look looking want wants wanted try tried trying happen happens use used using work works ask asked
  call called start started help helps mean means like let show set do done belong cover count
  time day thing case example question answer place part name number amount total piece pieces one ones
  exactly without within instead along around across back away off per via plus`;

const SETS: Record<Language, ReadonlySet<string>> = { de: stems(GERMAN, 'de'), en: stems(ENGLISH, 'en') };

function stems(words: string, language: Language): ReadonlySet<string> {
  return new Set(words.split(/\s+/).map((word) => stem(word, language)));
}

/** True for the stem of a word that tells of people, time or degree rather than of the matter asked about. */
export function isWeak(stemmed: string, language: Language): boolean {
  return SETS[language].has(stemmed);
}
