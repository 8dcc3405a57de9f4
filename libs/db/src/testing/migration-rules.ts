/** What a statement does to code that does not know it yet, and runs beside the new code during an update. */
const BREAKING: [RegExp, string][] = [
  [/\bDROP\s+(TABLE|COLUMN|VIEW|FUNCTION|TYPE|SCHEMA|SEQUENCE)\b/i, 'takes away what older code may read'],
  [/\bALTER\s+TABLE\b[^;]*\bDROP\s+(?!CONSTRAINT\b|DEFAULT\b|NOT\b|EXPRESSION\b|IDENTITY\b)/i, 'takes away what older code may read'],
  [/\bRENAME\b/i, 'takes away a name that older code uses'],
  [/\bSET\s+NOT\s+NULL\b/i, 'refuses rows that older code writes'],
  [/\bADD\s+(COLUMN\s+)?(IF\s+NOT\s+EXISTS\s+)?(?!CONSTRAINT\b|PRIMARY\b|UNIQUE\b|FOREIGN\b|CHECK\b)\w+\s+[^,;]*\bNOT\s+NULL\b(?![^,;]*\b(DEFAULT|GENERATED)\b)(?<!\b(DEFAULT|GENERATED)\b[^,;]*)/i, 'refuses rows that older code writes: give it a default'],
  [/\bALTER\s+(COLUMN\s+)?\w+\s+(SET\s+DATA\s+)?TYPE\b/i, 'rewrites the table and changes what older code reads'],
  [/\bALTER\s+TABLE\b[^;]*\bADD\s+(CONSTRAINT|CHECK|UNIQUE|PRIMARY|FOREIGN)\b/i, 'may refuse rows that older code writes'],
  [/\bCREATE\s+UNIQUE\s+INDEX\b/i, 'may refuse rows that older code writes'],
  [/\bDROP\s+(CONSTRAINT|DEFAULT|POLICY|INDEX|IDENTITY|EXPRESSION)\b/i, 'takes away what older code may rely on'],
  [/\bREVOKE\b/i, 'takes away a right that older code uses'],
  [/\bTRUNCATE\b/i, 'takes away what older code may read'],
];
const MARK = /^-- (expand: \S.{10,}|needs-code: \d{4}\b)/m;

/** Whatever an older code could not run beside, unless the statement says why it can, or the file which code it needs. */
export function breaking(sql: string): string[] {
  if (/^-- needs-code: \d{4}\b/m.test(sql)) return [];
  const created = new Set([...bare(sql).matchAll(/\bCREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(\w+)/gi)].map((match) => match[1]!.toLowerCase()));
  return statementsOf(sql).flatMap((statement) => {
    const text = bare(statement);
    // Older code knows nothing of a table that is made here.
    const table = /\b(?:ALTER\s+TABLE|ON)\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?(\w+)/i.exec(text)?.[1]?.toLowerCase();
    if (MARK.test(statement) || /^\s*CREATE\s+(TABLE|FUNCTION)\b/i.test(text) || (table !== undefined && created.has(table))) return [];
    // The same index with other columns serves older code too, if slower.
    const index = /\bDROP\s+INDEX\s+(\w+)/i.exec(text)?.[1];
    if (index !== undefined && new RegExp(`\\bCREATE\\s+INDEX\\s+${index}\\b`, 'i').test(bare(sql))) return [];
    const rule = BREAKING.find(([pattern]) => pattern.test(text));
    return rule ? [`${text.trim().replace(/\s+/g, ' ').slice(0, 80)}: ${rule[1]}`] : [];
  });
}

/** With the comments before each; a body between dollars stays whole. */
const statementsOf = (sql: string): string[] => sql.match(/(?:--[^\n]*|'(?:[^']|'')*'|(\$\w*\$)[\s\S]*?\1|[^;])+/g) ?? [];

/** Without comments and what stands in quotes. */
const bare = (sql: string): string => sql.replace(/--[^\n]*/g, '').replace(/'(?:[^']|'')*'/g, "''");
