import { css } from 'lit';

/** Sources as index cards: a numbered tab, marked once a sentence leans on the card. */
export const sources = css`
  .sources summary {
    color: var(--soft);
    cursor: pointer;
    font-size: 0.8125rem;
    font-weight: 600;
    inline-size: fit-content;
    padding-block: 0.25rem;
  }

  .sources summary:hover {
    color: var(--ink);
  }

  .cards {
    align-items: start;
    display: grid;
    gap: 0.5rem;
    grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr));
    padding-block: 0.3rem 0.2rem;
  }

  .card {
    background: var(--raised);
    border: 1px solid var(--rule);
    border-radius: var(--radius);
    overflow: hidden;
  }

  .card-title {
    font-size: 0.875rem;
    font-weight: 600;
    line-height: 1.35;
    overflow: hidden;
    overflow-wrap: break-word;
    padding: 0.45rem 0.7rem 0.3rem;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .source {
    align-items: center;
    border-block-start: 1px solid var(--rule);
    color: var(--soft);
    display: flex;
    font-size: 0.8125rem;
    gap: 0.6rem;
    inline-size: 100%;
    min-block-size: 2rem;
    padding-inline-end: 0.7rem;
    white-space: nowrap;
  }

  .source:hover {
    background: color-mix(in srgb, var(--ink) 5%, transparent);
    color: var(--ink);
  }

  .source:focus-visible {
    outline-offset: -2px;
  }

  .number {
    align-items: center;
    align-self: stretch;
    background: var(--ground);
    display: flex;
    flex: none;
    font-variant-numeric: tabular-nums;
    font-weight: 700;
    inline-size: 1.9rem;
    justify-content: center;
  }

  [data-cited] > .number {
    background: var(--marker);
    color: var(--on-marker);
  }

  .place-of {
    flex: 1;
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
  }

  /* On a phone the cards lie in a row, so that the answer stays in sight. */
  [data-width='narrow'] .answer:not(:has(.abstained)) .cards {
    grid-auto-columns: min(80%, 18rem);
    grid-auto-flow: column;
    grid-template-columns: none;
    margin-inline: -1rem;
    overflow-x: auto;
    padding-inline: 1rem;
    scroll-padding-inline: 1rem;
    scroll-snap-type: x proximity;
    scrollbar-width: thin;
  }

  [data-width='narrow'] .cards > li {
    scroll-snap-align: start;
  }
`;
