import { css } from 'lit';

/** Entries of the conversation, their sources, and the box to ask in. */
export const conversation = css`
  .thread {
    container-type: size;
    flex: 1;
    min-block-size: 0;
    overflow-y: auto;
    overscroll-behavior: contain;
    scrollbar-gutter: stable;
  }

  .thread:focus-visible {
    outline-offset: -2px;
  }

  .turn,
  .welcome {
    margin-inline: auto;
    max-inline-size: 52rem;
    padding: 1.75rem 1.5rem 1.5rem 5.25rem;
    position: relative;
  }

  /* The newest entry has the height of the view, so that its question stands on top while the answer comes. */
  .turn:last-child {
    min-block-size: 100cqh;
  }

  .turn::before {
    border-inline-start: 3px double var(--margin);
    content: '';
    inset: 0 auto 0 4.25rem;
    position: absolute;
  }

  .question time {
    color: var(--soft);
    font-size: 0.8125rem;
    font-variant-numeric: tabular-nums;
    inset: 2.1rem auto auto 1.5rem;
    line-height: 1;
    position: absolute;
  }

  .question h3 {
    font: 600 1.3125rem/1.35 var(--serif);
    overflow-wrap: anywhere;
    white-space: pre-wrap;
  }

  [data-width='narrow'] :is(.turn, .welcome) {
    padding: 1.1rem 1rem 1rem;
  }

  [data-width='narrow'] .turn::before {
    border: 0;
    border-block-start: 3px double var(--margin);
    inset: 0 0 auto;
  }

  [data-width='narrow'] .turn:first-child::before {
    display: none;
  }

  [data-width='narrow'] .question time {
    display: block;
    margin-block-end: 0.35rem;
    position: static;
  }

  .answer {
    display: grid;
    gap: 0.9rem;
    grid-template-columns: minmax(0, 1fr);
    margin-block-start: 0.9rem;
  }

  .answer-text {
    font: 400 1.0625rem/1.62 var(--serif);
    overflow-wrap: anywhere;
  }

  .answer-text:empty {
    display: none;
  }

  .answer-text > * + * {
    margin-block-start: 0.75em;
  }

  .answer-text h4 {
    font-size: 1.0625rem;
  }

  .answer-text :is(ul, ol) {
    padding-inline-start: 1.4em;
  }

  .answer-text ul {
    list-style: '–  ';
  }

  .answer-text .depth-1 {
    margin-inline-start: 1.4em;
  }

  .answer-text .depth-2 {
    margin-inline-start: 2.8em;
  }

  .answer-text li + li {
    margin-block-start: 0.3em;
  }

  .answer-text blockquote {
    border-inline-start: 2px solid var(--rule);
    padding-inline-start: 0.9em;
  }

  .answer-text code {
    background: var(--ground);
    border-radius: 2px;
    padding: 0.1em 0.3em;
  }

  .answer-text pre {
    background: var(--ground);
    border-radius: var(--radius);
    line-height: 1.5;
    overflow-x: auto;
    padding: 0.7rem 0.9rem;
  }

  .host {
    color: var(--soft);
    font-size: 0.875em;
  }

  .claim.active {
    background: var(--marker-wash);
  }

  .claim.unsupported {
    text-decoration: underline dotted var(--warn) 2px;
    text-underline-offset: 0.22em;
  }

  .unsupported-word {
    border: 1px solid currentColor;
    border-radius: 2px;
    color: var(--warn);
    font: 600 0.75rem/1 var(--sans);
    margin-inline: 0.4em 0.1em;
    padding: 0.12em 0.4em;
    white-space: nowrap;
  }

  .cites {
    line-height: 0;
    white-space: nowrap;
  }

  .cite {
    background: var(--marker);
    border-radius: 2px;
    color: var(--on-marker);
    font: 700 0.6875rem/1.4 var(--sans);
    margin-inline-start: 0.22rem;
    min-inline-size: 1.2rem;
    padding: 0.05rem 0.3rem;
    position: relative;
    text-align: center;
  }

  /* A finger needs more than the small number offers. */
  .cite::after {
    content: '';
    inset: -0.5rem -0.15rem;
    position: absolute;
  }

  .cite:hover,
  .cite[aria-pressed='true'] {
    box-shadow: 0 0 0 2px var(--ink);
  }

  .status,
  .ending {
    align-items: center;
    color: var(--soft);
    display: flex;
    flex-wrap: wrap;
    font-size: 0.875rem;
    gap: 0.2rem 0.75rem;
  }

  .ending:not(:has(*)) {
    display: none;
  }

  .elapsed {
    font-variant-numeric: tabular-nums;
  }

  .ending > * + *::before {
    content: '·';
    margin-inline-end: 0.75rem;
  }

  .lines {
    display: grid;
    gap: 3px;
    inline-size: 1.125rem;
  }

  .lines i {
    animation: write 1.5s ease-in-out infinite;
    background: var(--accent);
    block-size: 2px;
    transform-origin: left;
  }

  .lines i:nth-child(2) {
    animation-delay: 0.18s;
  }

  .lines i:nth-child(3) {
    animation-delay: 0.36s;
    inline-size: 60%;
  }

  @keyframes write {
    0%, 100% { transform: scaleX(0.25); }
    50% { transform: none; }
  }

  .abstained {
    background: var(--ground);
    border-radius: var(--radius);
    padding: 0.9rem 1.1rem 1rem;
  }

  .label {
    color: var(--accent);
    font-size: 0.8125rem;
    font-weight: 700;
    letter-spacing: 0.04em;
    margin-block-end: 0.25rem;
  }

  .failed {
    align-items: start;
    border-inline-start: 3px solid var(--danger);
    display: grid;
    gap: 0.7rem;
    justify-items: start;
    overflow-wrap: anywhere;
    padding-inline-start: 0.9rem;
  }

  .welcome {
    padding-block-start: min(12cqh, 6rem);
  }

  .welcome h1,
  .entrance h1,
  .uploads h1 {
    font: 600 1.875rem/1.2 var(--serif);
    text-wrap: balance;
  }

  .welcome > p {
    color: var(--soft);
    margin-block: 0.6rem 1.75rem;
    max-inline-size: 34rem;
  }

  .account {
    max-inline-size: 34rem;
  }

  .account legend {
    color: var(--soft);
    font-size: 0.8125rem;
    font-weight: 600;
    padding-block-end: 0.35rem;
  }

  .entry {
    align-items: baseline;
    border-block-start: 1px solid var(--rule);
    display: flex;
    gap: 0.6rem;
    min-block-size: 2.75rem;
    padding: 0.6rem 0.25rem;
  }

  label.entry {
    cursor: pointer;
  }

  .entry:last-child {
    border-block-end: 3px double var(--margin);
  }

  .entry input {
    accent-color: var(--accent);
    block-size: 1rem;
    inline-size: 1rem;
    margin: 0;
    position: relative;
    top: 0.1rem;
  }

  .entry:has(:checked) .entry-name {
    font-weight: 600;
  }

  .leader {
    border-block-end: 2px dotted var(--rule);
    flex: 1;
  }

  .entry-count {
    color: var(--soft);
    font-size: 0.875rem;
    font-variant-numeric: tabular-nums;
  }

  .foot {
    flex: none;
    margin-inline: auto;
    max-inline-size: 52rem;
    padding: 0.5rem 1.5rem 0.6rem 5.25rem;
    inline-size: 100%;
  }

  [data-width='narrow'] .foot {
    padding: 0.5rem 0.75rem max(0.75rem, env(safe-area-inset-bottom));
  }

  .ask-field {
    align-items: end;
    background: var(--raised);
    border: 1px solid var(--edge);
    border-radius: 8px;
    display: flex;
    gap: 0.5rem;
    padding: 0.4rem;
  }

  .ask-field:focus-within {
    border-color: var(--accent);
    box-shadow: 0 0 0 1px var(--accent);
  }

  .ask textarea {
    background: none;
    border: 0;
    field-sizing: content;
    flex: 1;
    max-block-size: 11rem;
    min-block-size: 2.5rem;
    min-inline-size: 0;
    outline: 0;
    padding: 0.5rem 0.6rem;
    resize: none;
  }

  .ask textarea::placeholder {
    color: var(--soft);
    opacity: 1;
  }

  .send,
  .stop {
    align-items: center;
    background: var(--accent);
    block-size: 2.5rem;
    border-radius: var(--radius);
    color: var(--on-accent);
    display: inline-flex;
    flex: none;
    font-weight: 600;
    gap: 0.35rem;
    justify-content: center;
    min-inline-size: 2.5rem;
  }

  .send:disabled {
    background: var(--ground);
    color: var(--soft);
    opacity: 1;
  }

  .stop {
    background: none;
    border: 1px solid var(--edge);
    color: var(--ink);
    padding-inline: 0.5rem 0.8rem;
  }

  .hint {
    color: var(--soft);
    font-size: 0.75rem;
    padding: 0.35rem 0.2rem 0;
  }

  .hint:empty {
    display: none;
  }

  .over {
    color: var(--danger);
    font-weight: 600;
  }
`;
