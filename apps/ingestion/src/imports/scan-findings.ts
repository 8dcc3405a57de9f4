import type { ImportFailure } from '@kontor/contracts';
import type { Refusal } from './refusal.js';
import type { Scan, ScannedFile } from './scan.js';

const SHOWN_UNITS_MAX = 300;
const SHOWN_END_UNITS = 80;
const KINDS_SHOWN_MAX = 8;
/** Settings of an import, which may lie beside the documents. */
const SETTINGS = new Set(['access.json', 'users.json', 'lexicon.json']);

/** Gathers what a scan finds. */
export class ScanFindings {
  readonly files: ScannedFile[] = [];
  private readonly failures: ImportFailure[] = [];
  private readonly shown = new Set<string>();
  private readonly keptPaths = new Set<string>();
  private readonly keptFolders: string[] = [];
  private readonly leftOut = new Map<string, number>();
  private readonly notices: string[] = [];

  refuse(path: string, { code, message, keepsEarlier }: Refusal): void {
    this.failures.push({ path: this.labelOf(path), code, message });
    if (keepsEarlier) this.keptPaths.add(path);
  }

  /** Nothing below it was seen, so nothing below it has vanished either. */
  refuseFolder(path: string, refusal: Refusal): void {
    this.refuse(path, refusal);
    this.keptFolders.push(`${path}/`);
  }

  leaveOut(path: string, extension: string): void {
    if (SETTINGS.has(path)) return;
    this.leftOut.set(extension, (this.leftOut.get(extension) ?? 0) + 1);
  }

  cut(filesMax: number): void {
    this.notices.push(`The folder holds more than ${filesMax} files; the rest was left out. Import its parts as corpora of their own.`);
    this.keptFolders.push('');
  }

  finish(): Scan {
    this.files.sort((a, b) => (a.path < b.path ? -1 : 1));
    const { files, failures, keptPaths, keptFolders } = this;
    return { files, failures, notices: [...this.leftOutNotice(), ...this.notices], keeps: (path) => keptPaths.has(path) || keptFolders.some((folder) => path.startsWith(folder)) };
  }

  private leftOutNotice(): string[] {
    const kinds = [...this.leftOut].sort((a, b) => b[1] - a[1]);
    if (kinds.length === 0) return [];
    const count = kinds.reduce((sum, [, files]) => sum + files, 0);
    const shown = kinds.slice(0, KINDS_SHOWN_MAX).map(([extension, files]) => `${extension === '' ? 'no ending' : extension.slice(0, 20)}: ${files}`);
    return [`${count} ${count === 1 ? 'file' : 'files'} of kinds that Kontor does not read ${count === 1 ? 'was' : 'were'} left out (${shown.join(', ')}${kinds.length > KINDS_SHOWN_MAX ? ', …' : ''}).`];
  }

  /** A very long path is shown by both of its ends; no two failures share a label. */
  private labelOf(path: string): string {
    const short = path.length <= SHOWN_UNITS_MAX ? path : `${path.slice(0, SHOWN_UNITS_MAX - SHOWN_END_UNITS)} … ${path.slice(-SHOWN_END_UNITS)}`;
    let label = short;
    for (let count = 2; this.shown.has(label); count += 1) label = `${short} (${count})`;
    this.shown.add(label);
    return label;
  }
}
