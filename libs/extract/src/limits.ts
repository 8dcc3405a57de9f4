/** What one file may be. Each has a default that a company's documents stay far below. */
export interface DocumentLimits {
  /** Size of the file; larger ones are refused unread. */
  sizeBytesMax: number;
  /** Length of the extracted text in UTF-16 code units. */
  textUnitsMax: number;
  pagesMax: number;
}

/** What reading one file may cost. */
export interface ProcessLimits {
  /** Time for one file; then its process is killed. */
  timeoutMs: number;
  /** Memory of one process, whatever the parser needs it for. */
  memoryBytesMax: number;
}

export interface ExtractorOptions extends Partial<DocumentLimits>, Partial<ProcessLimits> {
  /** Files read at the same time, each in a process of its own. */
  processes?: number;
}

const MEGABYTE = 2 ** 20;

export const DEFAULTS: Required<ExtractorOptions> = {
  processes: 1,
  timeoutMs: 60_000,
  memoryBytesMax: 1_536 * MEGABYTE,
  sizeBytesMax: 100 * MEGABYTE,
  textUnitsMax: 20_000_000,
  pagesMax: 5_000,
};
