/** The composition's adapters, by which the services of this app are injected. */
export const INGESTION_PORTS = Symbol('IngestionPorts');
