import { css } from 'lit';

/** The open document. */
export const documentStyles = css`
  .document {
    background: var(--paper);
    border-inline-start: 1px solid var(--rule);
    display: flex;
    flex-direction: column;
    min-block-size: 0;
    min-inline-size: 0;
  }

  [data-width='narrow'] > .document {
    border: 0;
    inset: 0;
    position: absolute;
    z-index: 4;
  }

  .document > header {
    align-items: start;
    border-block-end: 3px double var(--margin);
    display: flex;
    gap: 0.5rem;
    justify-content: space-between;
    overflow-wrap: anywhere;
    padding: 0.75rem 0.5rem 0.75rem 1.25rem;
  }

  .document h2 {
    font: 600 1.1875rem/1.3 var(--serif);
  }

  .document h2:focus {
    outline: 0;
  }

  .path {
    color: var(--soft);
    font: 400 0.75rem/1.5 var(--mono);
    min-block-size: 1.125rem;
  }

  .place {
    color: var(--soft);
    font-size: 0.875rem;
    margin-block-start: 0.15rem;
  }

  .document-body {
    flex: 1;
    min-block-size: 0;
    /* Text that is added above is kept from moving the reader by hand, in every browser. */
    overflow-anchor: none;
    overflow-y: auto;
    overscroll-behavior: contain;
    padding: 1rem 1.25rem 2rem;
  }

  .document-body:focus-visible {
    outline-offset: -2px;
  }

  .passage {
    font: 400 1rem/1.65 var(--serif);
    font-variant-ligatures: none;
    margin-block: 0.9rem;
    overflow-wrap: anywhere;
    white-space: pre-wrap;
  }

  .passage.laid-out {
    white-space: normal;
  }

  /* Where a line break means something, as in a PDF or a plain text; in Markdown it does not. */
  .laid-out[data-lines='kept'] > :is(p, blockquote) {
    white-space: pre-line;
  }

  .laid-out :is(h3, h4, h5) {
    font-weight: 600;
    line-height: 1.3;
    text-wrap: balance;
  }

  .laid-out > * + :is(h3, h4, h5) {
    margin-block-start: 1.5em;
  }

  .laid-out > :is(h3, h4, h5) + * {
    margin-block-start: 0.4em;
  }

  .laid-out h3 {
    font-size: 1.25rem;
  }

  .laid-out h4 {
    font-size: 1.0625rem;
  }

  .laid-out h5 {
    color: var(--soft);
    font: 600 0.875rem/1.4 var(--sans);
  }

  .laid-out .page {
    align-items: center;
    color: var(--soft);
    display: flex;
    font: 400 0.75rem/1 var(--sans);
    gap: 0.75rem;
    margin-block-start: 1.75em;
  }

  .laid-out .page::after {
    border-block-start: 1px solid var(--rule);
    content: '';
    flex: 1;
  }

  .laid-out > .page:first-child {
    margin-block-start: 0;
  }

  .passage mark {
    background: var(--marker);
    border-radius: 2px;
    box-decoration-break: clone;
    color: var(--on-marker);
    padding: 0.1em 0.1em;
  }

  .passage mark code {
    background: none;
  }

  .passage mark.wide {
    background: var(--marker-wash);
    color: inherit;
  }

  .edge {
    color: var(--soft);
    font-size: 0.75rem;
    text-align: center;
  }

  .quiet.wide {
    inline-size: 100%;
    justify-content: center;
  }

  .document > .banner {
    margin: 0.6rem 1rem 0;
  }

  .document > footer {
    border-block-start: 1px solid var(--rule);
    padding: 0.6rem 1.25rem max(0.6rem, env(safe-area-inset-bottom));
  }
`;
