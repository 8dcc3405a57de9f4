import { css } from 'lit';

/** The pages beside the conversation: the entrance and those of the administrators. */
export const pages = css`
  .entrance {
    block-size: 100%;
    margin-inline: auto;
    max-inline-size: 44rem;
    overflow-y: auto;
    padding: max(1.25rem, min(10vh, 5rem)) 1.25rem 1.5rem;
  }

  .entrance > * + * {
    margin-block-start: 1.25rem;
  }

  .entrance h1 + p {
    margin-block-start: 0.6rem;
  }

  /* The text is longer than a line; what shows that something is under way stays beside it. */
  .entrance .status {
    flex-wrap: nowrap;
  }

  .entrance .status .lines {
    flex: none;
  }

  .entrance .brand {
    margin-block-end: 2.25rem;
  }

  .entrance .settings {
    margin-block-start: 2.25rem;
    max-inline-size: 18rem;
  }

  .demo-note {
    border-inline-start: 4px solid var(--marker);
    max-inline-size: 38rem;
    padding-inline-start: 0.9rem;
  }

  .people {
    display: grid;
    gap: 0.6rem;
    grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr));
  }

  .people button {
    align-items: center;
    background: var(--raised);
    block-size: 100%;
    border: 1px solid var(--rule);
    border-radius: var(--radius);
    display: flex;
    gap: 0.75rem;
    inline-size: 100%;
    min-block-size: 3.75rem;
    padding: 0.6rem 0.75rem;
  }

  .people button:hover {
    border-color: var(--accent);
  }

  .side-page {
    flex: 1;
    min-block-size: 0;
    overflow-y: auto;
    padding: 1.75rem max(1.25rem, calc((100% - 46rem) / 2)) 2.5rem;
  }

  .side-page > * + * {
    margin-block-start: 1rem;
  }

  .side-page > p {
    color: var(--soft);
    max-inline-size: 38rem;
  }

  .side-page > h2 {
    font: 600 1.25rem/1.3 var(--serif);
    margin-block-start: 2.25rem;
  }

  .upload {
    display: grid;
    gap: 1rem;
    justify-items: start;
  }

  .field {
    display: grid;
    gap: 0.25rem;
    inline-size: 100%;
    max-inline-size: 26rem;
  }

  .field span {
    font-weight: 600;
  }

  .field small {
    color: var(--soft);
    font-size: 0.8125rem;
  }

  .field :is(input, textarea) {
    background: var(--raised);
    border: 1px solid var(--edge);
    border-radius: var(--radius);
    padding-inline: 0.7rem;
  }

  .field input {
    min-block-size: 2.5rem;
  }

  .field input:user-invalid {
    border-color: var(--danger);
  }

  .drop {
    align-items: center;
    border: 2px dashed var(--edge);
    border-radius: 8px;
    cursor: pointer;
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 1.25rem;
    inline-size: 100%;
    padding: 1.5rem 1.25rem;
    position: relative;
  }

  .drop:hover {
    background: var(--ground);
  }

  .drop:focus-within {
    border-color: var(--accent);
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }

  .drop strong {
    color: var(--accent);
    text-decoration: underline;
    text-underline-offset: 0.2em;
  }

  .chosen {
    background: var(--marker-wash);
    padding-inline: 0.5rem;
  }

  .run {
    border: 1px solid var(--rule);
    border-radius: var(--radius);
    display: grid;
    gap: 0.7rem;
    grid-template-columns: minmax(0, 1fr);
    padding: 0.9rem 1.1rem;
  }

  .run header {
    align-items: baseline;
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem 1rem;
    justify-content: space-between;
  }

  .run h3 {
    font: 600 1.0625rem/1.3 var(--serif);
  }

  .run header p {
    color: var(--soft);
    font-size: 0.875rem;
  }

  .run[data-state='failed'] header p {
    color: var(--danger);
    font-weight: 600;
  }

  .run progress {
    accent-color: var(--accent);
    appearance: none;
    background: var(--ground);
    block-size: 0.5rem;
    border: 0;
    border-radius: 2px;
    inline-size: 100%;
    overflow: hidden;
  }

  .run progress::-webkit-progress-bar {
    background: var(--ground);
  }

  .run progress::-webkit-progress-value {
    background: var(--accent);
  }

  .run progress::-moz-progress-bar {
    background: var(--accent);
  }

  .run dl {
    display: flex;
    flex-wrap: wrap;
    gap: 0.6rem 2rem;
  }

  .run dt {
    color: var(--soft);
    font-size: 0.75rem;
  }

  .run dd {
    font-variant-numeric: tabular-nums;
  }

  .failures summary {
    color: var(--danger);
    cursor: pointer;
    font-size: 0.875rem;
    font-weight: 600;
  }

  .failures li {
    border-block-start: 1px solid var(--rule);
    font-size: 0.875rem;
    overflow-wrap: anywhere;
    padding-block: 0.45rem;
  }

  .failures ul {
    margin-block-start: 0.5rem;
  }
`;
