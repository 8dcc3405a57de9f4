const FAST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];
const SLOW_SECONDS = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300];

export type MetricKind = 'counter' | 'gauge' | 'histogram';
export interface MetricDefinition {
  kind: MetricKind;
  help: string;
  labels: readonly string[];
  /** Upper bounds, of a histogram. */
  buckets?: readonly number[];
  /** What is timed is a span of this name in the trace under way, followed by its labels. */
  span?: string;
}

/**
 * Every metric of Kontor; dashboards and alert rules are checked against these names. A label has few values and never
 * names a person, a document or a question; `job` and `instance` are what Prometheus calls its targets.
 */
export const METRICS = {
  kontor_http_request_seconds: { kind: 'histogram', help: 'Time until a response was complete, streams included.', labels: ['method', 'route', 'status'], buckets: FAST_SECONDS },
  kontor_search_seconds: { kind: 'histogram', help: 'Search by leg: embed (of the question), lexical, dense, and all together.', labels: ['leg'], buckets: FAST_SECONDS, span: 'search' },
  kontor_answers_total: { kind: 'counter', help: 'Answers by how they ended.', labels: ['status'] },
  kontor_feedback_total: { kind: 'counter', help: 'What people said of answers; one who changes their mind counts again.', labels: ['verdict'] },
  kontor_answer_first_token_seconds: { kind: 'histogram', help: 'From the moment in which a worker began an answer to its first word.', labels: [], buckets: SLOW_SECONDS },
  kontor_answer_seconds: { kind: 'histogram', help: 'From the moment in which a worker began an answer to its end.', labels: [], buckets: SLOW_SECONDS, span: 'answer' },
  kontor_generated_tokens_total: { kind: 'counter', help: 'Tokens that chat models wrote.', labels: ['model'] },
  kontor_generation_seconds_total: { kind: 'counter', help: 'Time in which chat models wrote; tokens by it are tokens per second.', labels: ['model'] },
  kontor_claims_total: { kind: 'counter', help: 'Sentences of answers by whether a document carries them.', labels: ['supported'] },
  kontor_embeddings_total: { kind: 'counter', help: 'Passages that were embedded.', labels: [] },
  kontor_embedding_seconds_total: { kind: 'counter', help: 'Time in which passages were embedded.', labels: [] },
  kontor_documents_total: { kind: 'counter', help: 'Documents of imports by how they ended.', labels: ['outcome'] },
  kontor_queue_jobs: { kind: 'gauge', help: 'Jobs by queue and state; failed ones are the dead letters.', labels: ['queue', 'state'] },
  kontor_queue_oldest_seconds: { kind: 'gauge', help: 'Time since the job that has waited longest was first added.', labels: ['queue'] },
  kontor_job_seconds: { kind: 'histogram', help: 'Time of one attempt of a job: done, retried later, failed for good, or handed over to the next process.', labels: ['name', 'outcome'], buckets: SLOW_SECONDS },
  kontor_outbox_waiting: { kind: 'gauge', help: 'Events that were not published yet.', labels: [] },
  kontor_outbox_refused: { kind: 'gauge', help: 'Events that can never be published as they are.', labels: [] },
  kontor_outbox_oldest_seconds: { kind: 'gauge', help: 'Age of the oldest event that was not published yet.', labels: [] },
  kontor_events_published_total: { kind: 'counter', help: 'Events that the relay published.', labels: ['type'] },
  kontor_event_dead_letters: { kind: 'gauge', help: 'Events that a consumer could not take and nobody has replayed or discarded, by topic; of Kafka.', labels: ['topic'] },
  kontor_events_put_aside_total: { kind: 'counter', help: 'Events that a consumer could not take: dead letters of Kafka, given up in the one process.', labels: ['type'] },
  kontor_evaluation_recall: { kind: 'gauge', help: 'Recall@10 of search when a corpus was last evaluated.', labels: ['corpus'] },
  kontor_evaluation_leaks: { kind: 'gauge', help: 'Questions of the last evaluation that showed what the person may not read; must be 0.', labels: ['corpus'] },
  kontor_evaluation_age_seconds: { kind: 'gauge', help: 'Time since a corpus was last evaluated.', labels: ['corpus'] },
  kontor_permission_age_seconds: { kind: 'gauge', help: 'Time since the access rules of a corpus were last set.', labels: ['corpus'] },
} as const satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof METRICS;
export type MetricOf<Kind extends MetricKind> = { [Name in MetricName]: (typeof METRICS)[Name]['kind'] extends Kind ? Name : never }[MetricName];
export type LabelsOf<Name extends MetricName> = Record<(typeof METRICS)[Name]['labels'][number], string>;
