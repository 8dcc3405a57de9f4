// What went wrong, told from what a tool printed. The first match counts, so the special cases come first.
const causes = [
  [/ENOSPC|no space left on device/i, () => 'the disk is full; free about 2 GB and run the command again'],
  [/EROFS|read-only file system/i, () => 'this folder is read-only; copy Kontor to a folder that you may write to'],
  [
    /EACCES|EPERM|permission denied/i,
    (output) => `${/(?:open|mkdir|unlink|rmdir|rename|access|path) '?([/\\][^'\n]+)/i.exec(output)?.[1] ?? 'a file'} may not be written; ` +
      'give it to your user (chown), or run as the user who owns it',
  ],
  [/EINTEGRITY/, () => 'a downloaded package is not the one in package-lock.json; run `npm cache verify` and try again, and do not go on if it stays so'],
  [/EUSAGE|can only install packages when your package.json/i, () => 'package.json and package-lock.json disagree; run `npm install --ignore-scripts` once, or get a clean checkout'],
  [/CERT|self.signed|unable to (get|verify) .*(issuer|certificate)/i, () => 'the registry\'s certificate is not trusted; give your company\'s certificate to npm (`npm config set cafile FILE`)'],
  [/\bE40[13]\b|code E407/, () => 'the package registry refused; sign in with `npm login`, or ask who runs it'],
  [/\bE404\b|ETARGET|notarget/i, () => 'the package registry does not have one of the packages; check `npm config get registry`'],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED|ERR_SOCKET|network/i,
    () => 'the package registry cannot be reached; check the network, the proxy (`npm config get proxy`) and `npm config get registry`',
  ],
  [/heap out of memory|SIGKILL|Killed/, () => 'there was not enough memory; Kontor needs 4 GB free for this step'],
];

/** A step of the set-up failed: one sentence for the person, and where the full output lies. */
export class SetupFailure extends Error {
  constructor(sentence, log = '') {
    super(sentence);
    this.log = log;
  }

  render() {
    return `\nkontor: ${this.message}${this.log ? `\n        Full output: ${this.log}` : ''}`;
  }
}

/** Turns a tool's output into a failure that says what to do. */
export function explain(what, { output, signal = null }, log) {
  const text = signal ? `${output}\n${signal}` : output;
  const cause = causes.find(([pattern]) => pattern.test(text));
  const reason = cause ? cause[1](text) : lastWords(text);
  return new SetupFailure(`${what}: ${reason}.`, log);
}

function lastWords(output) {
  const compilerError = /^.*error TS\d+:.*$/m.exec(output)?.[0];
  const lines = output.split('\n').map((line) => line.trim()).filter(Boolean);
  return (compilerError ?? lines.at(-1) ?? 'it ended without a word').trim().replace(/\.$/, '');
}
