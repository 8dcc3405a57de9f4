/** The place of one model in a process: null while it is not there, with the reason as its state. */
export interface Slot<Model> {
  name: string | null;
  model: Model | null;
  state: string;
}
