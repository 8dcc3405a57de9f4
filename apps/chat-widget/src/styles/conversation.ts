import { css } from 'lit';

/** Entries of the conversation, and the page before the first one. */
export const conversation = css`
  .thread {
    container-type: size;
    flex: 1;
    min-block-size: 0;
    overflow: hidden auto;
    overscroll-behavior: contain;
    scrollbar-gutter: stable both-edges;
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

  .status,
  .ending {
    align-items: center;
    color: var(--soft);
    display: flex;
    flex-wrap: wrap;
    font-size: 0.875rem;
    gap: 0.2rem 1rem;
  }

  .ending:not(:has(*)) {
    display: none;
  }

  .elapsed {
    font-variant-numeric: tabular-nums;
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
  .side-page h1 {
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
    padding: 0 0.25rem 0.35rem;
  }

  .entry {
    align-items: baseline;
    border-block-start: 1px solid var(--rule);
    display: flex;
    gap: 0.6rem;
    min-block-size: 2.75rem;
    padding: 0.6rem 0.25rem;
  }

  .entry:has(input) {
    cursor: pointer;
  }

  .entry:last-child {
    border-block-end: 3px double var(--margin);
  }

  .entry input {
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
`;
