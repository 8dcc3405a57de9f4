import type { Language } from '../document/index.js';

// Kept out of the lists on purpose: numbers, "nicht"/"not" do not help ranking, but "ohne"/"without", "vor"/"before" and
// "nach"/"after" do not either; words with a second meaning as a noun ("will", "may", "art") are judged by frequency.
const GERMAN = `aber alle allem allen aller alles als also am an andere anderem anderen anderer anderes auch auf aus bei beim bin bis bist
  da dabei dadurch dafür dagegen daher damit danach daran darauf daraus darf darfst darin darüber dazu dann das dass daß dasselbe dein
  deine deinem deinen deiner dem demselben den denen denn denselben der deren derer derselbe dessen desselben dich die dies diese
  dieselbe dieselben diesem diesen dieser dieses dir doch dort du durch dürfen dürfte durfte eigentlich ein eine einem einen einer
  eines einige einigem einigen einiger einmal er es etwa etwas euch euer eure eurem euren für gegen gab gibt gewesen gilt gelten habe
  haben hat hatte hatten hast hättet hätte hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im in indem ins ist
  ja je jede jedem jeden jeder jedes jene jenem jenen jener jenes jetzt kann kannst können könnt könnte man mein meine meinem meinen
  meiner meines mich mir mit muss muß müssen musst musste müsste nach nachdem nein nicht nichts noch nun nur ob oder ohne sehr sein
  seine seinem seinen seiner seines selbst sich sie sind so sobald sofern solche solchem solchen solcher soll sollen sollte sollten
  sondern sonst soweit sowie über um und uns unser unsere unserem unseren unserer unseres unter vom von vor wann war waren warst warum
  was weg weil weiter welche welchem welchen welcher welches wem wen wenn wer werde werden wessen weshalb wie wieder wieso will wir
  wird wirst wo wobei wodurch wofür womit worden wurde wurden während zu zum zur zwar zwischen
  mal bitte eben halt gar bereits dran drin raus rein rum bzw etc usw mag möchte möchten möchtest lassen lässt bekomme bekommen bekommt
  kriege kriegen kriegt wohl schon gerade überhaupt einfach viel viele vielen wieviel wieviele wievielen stehen steht
  geht gehen mache machen macht tun davon dir sei seien wäre wären würde würden hätten jemand jemanden jemandem`;

const ENGLISH = `a about above actually after again against all also am an and any are aren as at be because been before being below between
  both but by can cannot could couldn did didn do does doesn doing don down during each either else ever few for from further get gets
  getting got had hadn has hasn have haven having he her here hers herself him himself his how i if in into is isn it its itself just
  ll let lets ma me more most much must mustn my myself need needs no nor not now of off on once only or other our ours ourselves out over own
  please re really s same shall shan she should shouldn so some such t than that the their theirs them themselves then there these they
  this those through to too under until up us ve very via was wasn we were weren what when where whether which while who whom whose why
  will with won would wouldn yes you your yours yourself yourselves
  d m y im ive id bc cant dont doesnt isnt wont thats whats lot many anything something someone anyone etc eg ie`;

const SETS: Record<Language, ReadonlySet<string>> = {
  de: new Set(GERMAN.split(/\s+/)),
  en: new Set(ENGLISH.split(/\s+/)),
};

/** True for words of grammar in lower case, which carry no topic. */
export function isStopWord(word: string, language: Language): boolean {
  return SETS[language].has(word);
}
