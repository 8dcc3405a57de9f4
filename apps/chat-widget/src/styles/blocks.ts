import { css } from 'lit';

/** Headings, lists, tables, quotes and code, in an answer and in a document alike. */
export const blocks = css`
  :is(.answer-text, .laid-out) > * + * {
    margin-block-start: 0.75em;
  }

  :is(.answer-text, .laid-out) > :is(ul, ol) + :is(ul, ol) {
    margin-block-start: 0.3em;
  }

  .answer-text h4 {
    font-size: 1.0625rem;
  }

  :is(.answer-text, .laid-out) :is(ul, ol) {
    padding-inline-start: 1.4em;
  }

  :is(.answer-text, .laid-out) ul {
    list-style: '–  ';
  }

  :is(.answer-text, .laid-out) .depth-1 {
    margin-inline-start: 1.4em;
  }

  :is(.answer-text, .laid-out) .depth-2 {
    margin-inline-start: 2.8em;
  }

  :is(.answer-text, .laid-out) li + li {
    margin-block-start: 0.3em;
  }

  :is(.answer-text, .laid-out) blockquote {
    border-inline-start: 2px solid var(--rule);
    padding-inline-start: 0.9em;
  }

  :is(.answer-text, .laid-out) code {
    background: var(--ground);
    border-radius: 2px;
    padding: 0.1em 0.3em;
  }

  :is(.answer-text, .laid-out) pre {
    background: var(--ground);
    border-radius: var(--radius);
    line-height: 1.5;
    overflow-x: auto;
    padding: 0.7rem 0.9rem;
    white-space: pre;
  }

  .table {
    overflow-x: auto;
  }

  .table table {
    border-block-start: 1px solid var(--edge);
    border-collapse: collapse;
    font: 400 0.9375rem/1.45 var(--sans);
    min-inline-size: 50%;
    /* Figures of a column stand below each other. */
    font-variant-numeric: tabular-nums;
  }

  .table :is(th, td) {
    border-block-end: 1px solid var(--rule);
    min-inline-size: 4rem;
    overflow-wrap: normal;
    padding: 0.4rem 1.25rem 0.4rem 0;
    text-align: start;
    vertical-align: top;
  }

  .table th {
    color: var(--soft);
    font-size: 0.8125rem;
    font-weight: 600;
    vertical-align: bottom;
  }

  .table thead th {
    border-block-end-color: var(--edge);
  }
`;
