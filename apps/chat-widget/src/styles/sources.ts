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
    display: grid;
    gap: 0.5rem;
    grid-template-columns: repeat(auto-fill, minmax(min(13rem, 100%), 1fr));
    padding-block: 0.3rem 0.2rem;
  }

  .card {
    background: var(--raised);
    block-size: 100%;
    border: 1px solid var(--rule);
    border-radius: var(--radius);
    display: flex;
    inline-size: 100%;
    overflow: hidden;
  }

  .card:hover {
    border-color: var(--edge);
  }

  .number {
    align-items: center;
    background: var(--ground);
    color: var(--soft);
    display: flex;
    flex: none;
    font-size: 0.8125rem;
    font-variant-numeric: tabular-nums;
    font-weight: 700;
    inline-size: 1.9rem;
    justify-content: center;
  }

  [data-cited] > .number {
    background: var(--marker);
    color: var(--on-marker);
  }

  .card-text {
    display: grid;
    flex: 1;
    min-inline-size: 0;
    padding: 0.4rem 0.6rem 0.45rem;
  }

  .card-title,
  .card-place {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .card-title {
    font-size: 0.875rem;
    font-weight: 600;
    line-height: 1.4;
  }

  .card-place {
    color: var(--soft);
    font-size: 0.75rem;
  }

  /* On a phone the cards lie in a row, so that the answer stays in sight. */
  [data-width='narrow'] .answer:not(:has(.abstained)) .cards {
    grid-auto-columns: min(72%, 16rem);
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
