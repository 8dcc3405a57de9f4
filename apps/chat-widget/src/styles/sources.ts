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
    grid-template-columns: repeat(auto-fill, minmax(min(11.5rem, 100%), 1fr));
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
    position: relative;
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
    align-content: center;
    display: grid;
    flex: 1;
    gap: 0.1rem;
    grid-template-columns: minmax(0, 1fr);
    min-inline-size: 0;
    padding: 0.4rem 0.6rem 0.45rem;
  }

  .card-title {
    display: -webkit-box;
    font-size: 0.875rem;
    font-weight: 600;
    hyphens: auto;
    line-height: 1.35;
    overflow: hidden;
    overflow-wrap: anywhere;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
  }

  .card-place {
    color: var(--soft);
    display: flex;
    font-size: 0.75rem;
    gap: 0.5rem;
    min-inline-size: 0;
    white-space: nowrap;
  }

  .card-heading {
    overflow: hidden;
    text-overflow: ellipsis;
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
