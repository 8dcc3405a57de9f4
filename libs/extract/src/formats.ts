export type Format = 'markdown' | 'text' | 'html' | 'pdf' | 'docx';

/** The one table of formats: a new one starts as a row here. */
export const FORMATS: Record<Format, { mediaType: string; extensions: readonly string[] }> = {
  markdown: { mediaType: 'text/markdown', extensions: ['.md', '.markdown'] },
  text: { mediaType: 'text/plain', extensions: ['.txt', '.text'] },
  html: { mediaType: 'text/html', extensions: ['.html', '.htm', '.xhtml'] },
  pdf: { mediaType: 'application/pdf', extensions: ['.pdf'] },
  docx: { mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', extensions: ['.docx'] },
};

const BY_EXTENSION = new Map<string, Format>();
for (const [format, { extensions }] of Object.entries(FORMATS)) for (const extension of extensions) BY_EXTENSION.set(extension, format as Format);

/** Lower case, with the dot. A scan of a folder offers files with these endings to the extractor. */
export const SUPPORTED_EXTENSIONS: readonly string[] = [...BY_EXTENSION.keys()];

/** The format that a name promises; undefined for one that is not read, `null` where the name has no ending. */
export function formatOfName(name: string): Format | undefined | null {
  const ending = /[^/\\](\.[^./\\]*)$/.exec(name)?.[1];
  return ending === undefined ? null : BY_EXTENSION.get(ending.toLowerCase());
}

/** What a file without any title of its own is called. */
export function nameWithoutExtension(name: string): string {
  const base = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  return formatOfName(base) ? base.slice(0, base.lastIndexOf('.')) : base;
}
