import { css } from 'lit';

/** The frame: list of conversations, conversation, document. */
export const shell = css`
  .app {
    block-size: 100%;
    display: grid;
    grid-template-columns: 16.5rem minmax(0, 1fr);
    grid-template-rows: minmax(0, 1fr);
    overflow: hidden;
    position: relative;
  }

  .app[data-document] {
    grid-template-columns: 16.5rem minmax(0, 1fr) minmax(20rem, 38%);
  }

  .app[data-drawer] {
    grid-template-columns: minmax(0, 1fr);
  }

  .app[data-drawer][data-document] {
    grid-template-columns: minmax(0, 1fr) minmax(20rem, 46%);
  }

  .app[data-width='narrow'] {
    grid-template-columns: minmax(0, 1fr);
  }

  .skip {
    background: var(--accent);
    border-radius: var(--radius);
    color: var(--on-accent);
    inset: 0.5rem auto auto 0.5rem;
    padding: 0.5rem 1rem;
    position: absolute;
    transform: translateY(-200%);
    z-index: 5;
  }

  .skip:focus {
    transform: none;
  }

  .brand {
    align-items: center;
    display: flex;
    font: 600 1.375rem/1 var(--serif);
    gap: 0.6rem;
    min-block-size: 2.5rem;
  }

  .brand .icon-button {
    margin-inline-start: auto;
  }

  .sidebar {
    background: var(--ground);
    border-inline-end: 1px solid var(--rule);
    display: flex;
    flex-direction: column;
    gap: 0.9rem;
    min-block-size: 0;
    padding: 0.75rem 0.75rem 0.9rem;
  }

  [data-drawer] > .sidebar {
    inline-size: min(19rem, 88%);
    inset: 0 auto 0 0;
    position: absolute;
    transform: translateX(-102%);
    transition: transform 0.18s ease-out, visibility 0s 0.18s;
    visibility: hidden;
    z-index: 3;
  }

  [data-drawer='open'] > .sidebar {
    box-shadow: 0 0 2rem rgb(0 0 0 / 0.3);
    transform: none;
    /* Visible from the first moment: what is hidden cannot take the focus. */
    transition: transform 0.18s ease-out;
    visibility: visible;
  }

  .backdrop {
    background: rgb(0 0 0 / 0.4);
    inset: 0;
    position: absolute;
    z-index: 2;
  }

  .new {
    align-items: center;
    background: var(--raised);
    border: 1px solid var(--edge);
    border-radius: var(--radius);
    display: flex;
    font-weight: 600;
    gap: 0.5rem;
    min-block-size: 2.75rem;
    padding-inline: 0.7rem;
  }

  .new:hover {
    border-color: var(--accent);
    color: var(--accent);
  }

  .conversations,
  .empty-list {
    flex: 1;
    min-block-size: 0;
    overflow-y: auto;
    /* Room for the focus ring, which the scrolling box would cut off. */
    margin: -0.25rem;
    padding: 0.25rem;
  }

  .empty-list {
    color: var(--soft);
    font-size: 0.875rem;
    padding: 0.25rem 1rem;
  }

  .conversations li {
    border-block-end: 1px solid var(--rule);
    display: flex;
    position: relative;
  }

  .row {
    align-items: center;
    border-radius: var(--radius);
    display: flex;
    flex: 1;
    font-size: 0.9375rem;
    gap: 0.6rem;
    min-block-size: 2.75rem;
    min-inline-size: 0;
    padding: 0.35rem 0.5rem;
  }

  .row > span {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .row:hover {
    color: var(--accent);
  }

  .row[aria-current='page'] {
    font-weight: 600;
  }

  .sidebar-foot > .row[aria-current='page'],
  .conversations li:has(> .row[aria-current='page']) {
    background: var(--paper);
    box-shadow: inset 3px 0 var(--accent);
  }

  .conversations .icon-button {
    background: var(--ground);
    inset: 0.125rem 0.125rem auto auto;
    opacity: 0;
    position: absolute;
  }

  .conversations li:hover .icon-button,
  .conversations .icon-button:focus-visible {
    opacity: 1;
  }

  @media (hover: none) {
    .conversations .icon-button {
      background: none;
      opacity: 1;
    }

    .conversations .row {
      padding-inline-end: 2.75rem;
    }
  }

  .conversations .removing {
    display: grid;
    gap: 0.4rem;
    padding: 0.5rem;
  }

  .choices {
    display: flex;
    gap: 0.5rem;
  }

  .sidebar-foot {
    display: grid;
    gap: 0.7rem;
  }

  .person {
    align-items: center;
    border-block-start: 1px solid var(--rule);
    display: flex;
    font-size: 0.9375rem;
    gap: 0.6rem;
    padding-block-start: 0.8rem;
  }

  .settings {
    display: flex;
    gap: 0.5rem;
  }

  .settings select {
    background: transparent;
    border: 1px solid var(--edge);
    border-radius: var(--radius);
    flex: 1;
    font-size: 0.8125rem;
    min-block-size: 2.25rem;
    min-inline-size: 0;
    padding-inline: 0.4rem;
  }

  .settings option {
    background: var(--raised);
    color: var(--ink);
  }

  .main {
    display: flex;
    flex-direction: column;
    min-block-size: 0;
    min-inline-size: 0;
  }

  .bar {
    align-items: center;
    border-block-end: 1px solid var(--rule);
    display: flex;
    flex: none;
    gap: 0.5rem;
    min-block-size: 3.5rem;
    padding-inline: 1.25rem;
  }

  [data-drawer] .bar {
    padding-inline: 0.5rem;
  }

  .bar h2 {
    flex: 1;
    font-size: 0.9375rem;
    font-weight: 600;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
`;
