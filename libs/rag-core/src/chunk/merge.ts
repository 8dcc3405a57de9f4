import type { Section } from './outline.js';

/** Neighbouring sections that make one passage, under the headings that they share. */
export interface Group {
  headingPath: string[];
  sections: Section[];
}

/**
 * Puts small neighbours together. A handbook's page often says one thing in five sections of a line each; alone, such a
 * line is hardly found. Only sections below a common heading (or of one page) join, and a statute's paragraph never does.
 */
export function mergeSmall(sections: readonly Section[], unitsMax: number): Group[] {
  const groups: Group[] = [];
  for (const section of sections) {
    const last = groups[groups.length - 1];
    const merged = last && joins(last, section, unitsMax) ? commonPath(last, section) : undefined;
    if (last && merged) {
      last.sections.push(section);
      last.headingPath = merged;
    } else {
      groups.push({ headingPath: section.headingPath, sections: [section] });
    }
  }
  return groups;
}

function joins(group: Group, section: Section, unitsMax: number): boolean {
  if (group.sections[0]!.statute || section.statute) return false;
  return section.end - group.sections[0]!.start <= unitsMax;
}

/** The shared headings, or undefined where the two share none although they have some above them. */
function commonPath(group: Group, section: Section): string[] | undefined {
  let shared = 0;
  while (shared < group.headingPath.length && group.headingPath[shared] === section.headingPath[shared]) shared += 1;
  if (shared === 0 && group.headingPath.length > 1 && section.headingPath.length > 1) return undefined;
  return group.headingPath.slice(0, shared);
}
