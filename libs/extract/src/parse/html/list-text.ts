import { attribute, elementsIn, isBlock, isElement, isUnseen, rawText, type Element } from './tree.js';

const LISTS = new Set(['ul', 'ol', 'menu', 'dir', 'dl']);

/** A list as Markdown writes it: a line an item, nested lists indented below their item. */
export function listText(list: Element, depth = 0): string {
  const ordered = list.tagName === 'ol';
  let number = Number.parseInt(attribute(list, 'start') ?? '1', 10) || 1;
  const lines: string[] = [];
  for (const item of elementsIn(list)) {
    // Old pages put the inner list beside its item.
    if (LISTS.has(item.tagName)) {
      lines.push(listText(item, depth + 1));
      continue;
    }
    const marker = item.tagName === 'dt' ? '' : ordered ? `${number++}. ` : '- ';
    const [own, nested] = splitItem(item);
    if (own !== '') lines.push(`${'  '.repeat(depth)}${marker}${own}`);
    lines.push(...nested.map((inner) => listText(inner, depth + 1)));
  }
  return lines.filter((line) => line !== '').join('\n');
}

/** An item's own words, and the lists within it. */
function splitItem(item: Element): [string, Element[]] {
  const nested: Element[] = [];
  const words = (element: Element): string =>
    element.childNodes
      .map((node) => {
        if (!isElement(node)) return rawText(node);
        if (isUnseen(node)) return '';
        if (LISTS.has(node.tagName)) nested.push(node);
        return LISTS.has(node.tagName) || node.tagName === 'br' ? ' ' : isBlock(node) ? ` ${words(node)} ` : words(node);
      })
      .join('');
  return [words(item).replace(/\s+/g, ' ').trim(), nested];
}
