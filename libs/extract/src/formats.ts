export type Format = 'markdown' | 'text' | 'html' | 'pdf' | 'docx';

interface FormatFacts {
  mediaType: string;
  extensions: readonly string[];
}

/** The one table of formats: a new one starts as a row here. */
export const FORMATS: Record<Format, FormatFacts> = {
  markdown: { mediaType: 'text/markdown', extensions: ['.md', '.markdown', '.mdown', '.mkd'] },
  text: { mediaType: 'text/plain', extensions: ['.txt', '.text'] },
  html: { mediaType: 'text/html', extensions: ['.html', '.htm', '.xhtml'] },
  pdf: { mediaType: 'application/pdf', extensions: ['.pdf'] },
  docx: { mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', extensions: ['.docx'] },
};

const BY_EXTENSION = new Map<string, Format>(
  Object.entries(FORMATS).flatMap(([format, { extensions }]) => extensions.map((extension) => [extension, format as Format] as const)),
);

/** Lower case, with the dot. A scan of a folder offers files with these endings to the extractor. */
export const SUPPORTED_EXTENSIONS: readonly string[] = [...BY_EXTENSION.keys()];

/** The ending in lower case with its dot; empty for `README` and for `.profile`. */
export function extensionOf(name: string): string {
  const base = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  const dot = base.lastIndexOf('.');
  return dot > 0 ? base.slice(dot).toLowerCase() : '';
}

export function formatOfExtension(extension: string): Format | undefined {
  return BY_EXTENSION.get(extension);
}

/** What a file without any title of its own is called. */
export function nameWithoutExtension(name: string): string {
  const base = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  const extension = extensionOf(base);
  return formatOfExtension(extension) ? base.slice(0, base.length - extension.length) : base;
}
