const RATE = '$__rate_interval';
const perSecond = (metric, by) => `sum${by ? ` by (${by})` : ''} (rate(${metric}[${RATE}]))`;
const quantile = (share, histogram, { by, labels = '' } = {}) => `histogram_quantile(${share}, sum by (${['le', ...(by ? [by] : [])].join(', ')}) (rate(${histogram}_bucket${labels}[${RATE}])))`;
const median95 = (histogram, labels) => [
  { expr: quantile(0.5, histogram, { labels }), legend: 'half are faster' },
  { expr: quantile(0.95, histogram, { labels }), legend: '95 % are faster' },
];
// Each administration tells the same of the firm, so the highest is the figure and the sum would be wrong.
const ofFirm = (metric, by) => `max by (${by}) (${metric})`;
const panel = (title, unit, targets, description = '') => ({ title, unit, description, targets: Array.isArray(targets) ? targets : [targets] });

/** The rows of the dashboard; `libs/observability/src/metrics/table.ts` names the metrics. */
export const ROWS = [
  { title: 'People', panels: [
    panel('Requests', 'reqps', { expr: perSecond('kontor_http_request_seconds_count', 'method'), legend: '{{method}}' }),
    panel('Questions that were answered, found nothing, were stopped or failed', 'short', { expr: `sum by (status) (increase(kontor_answers_total[1h]))`, legend: '{{status}}' }, 'In the hour before.'),
    panel('What people said of answers', 'short', { expr: `sum by (verdict) (increase(kontor_feedback_total[1d]))`, legend: '{{verdict}}' }, 'In the day before.'),
    panel('Requests that failed', 'percentunit', { expr: `sum(rate(kontor_http_request_seconds_count{status=~"5.."}[${RATE}])) / sum(rate(kontor_http_request_seconds_count[${RATE}]))`, legend: 'share of 5xx' }),
    panel('Sent away because a queue was full', 'reqps', { expr: `sum by (route) (rate(kontor_http_request_seconds_count{status="429"}[${RATE}]))`, legend: '{{route}}' }),
  ] },
  { title: 'Answers', panels: [
    panel('From a worker\'s start to the first word', 's', median95('kontor_answer_first_token_seconds')),
    panel('From a worker\'s start to the end', 's', median95('kontor_answer_seconds')),
    panel('Tokens per second and model', 'short', { expr: `sum by (model) (rate(kontor_generated_tokens_total[${RATE}])) / sum by (model) (rate(kontor_generation_seconds_total[${RATE}]))`, legend: '{{model}}' }, 'While a model writes.'),
    panel('Sentences that no document carries', 'percentunit', { expr: `sum(increase(kontor_claims_total{supported="no"}[1h])) / sum(increase(kontor_claims_total[1h]))`, legend: 'share in the hour before' }),
  ] },
  { title: 'Search', panels: [
    panel('Half are faster, by leg', 's', { expr: quantile(0.5, 'kontor_search_seconds', { by: 'leg' }), legend: '{{leg}}' }),
    panel('95 % are faster, by leg', 's', { expr: quantile(0.95, 'kontor_search_seconds', { by: 'leg' }), legend: '{{leg}}' }),
    panel('Searches', 'reqps', { expr: perSecond('kontor_search_seconds_count{leg="all"}'), legend: 'searches' }),
  ] },
  { title: 'Corpora', panels: [
    panel('Recall@10 when last evaluated', 'percentunit', { expr: ofFirm('kontor_evaluation_recall', 'corpus'), legend: '{{corpus}}' }, 'By kontor eval.'),
    panel('Time since a corpus was evaluated', 's', { expr: ofFirm('kontor_evaluation_age_seconds', 'corpus'), legend: '{{corpus}}' }),
    panel('Questions that showed what they must not', 'short', { expr: ofFirm('kontor_evaluation_leaks', 'corpus'), legend: '{{corpus}}' }, 'In the last evaluation; must be 0.'),
    panel('Time since the rules of a corpus were set', 's', { expr: ofFirm('kontor_permission_age_seconds', 'corpus'), legend: '{{corpus}}' }),
  ] },
  { title: 'Queues', panels: [
    panel('Jobs that wait', 'short', { expr: ofFirm('kontor_queue_jobs{state="waiting"}', 'queue'), legend: '{{queue}}' }),
    panel('Longest wait', 's', { expr: ofFirm('kontor_queue_oldest_seconds', 'queue'), legend: '{{queue}}' }),
    panel('Dead letters', 'short', { expr: ofFirm('kontor_queue_jobs{state="failed"}', 'queue'), legend: '{{queue}}' }),
    panel('Jobs under way', 'short', { expr: ofFirm('kontor_queue_jobs{state="active"}', 'queue'), legend: '{{queue}}' }),
    panel('Attempts by how they ended', 'short', { expr: `sum by (name, outcome) (increase(kontor_job_seconds_count[5m]))`, legend: '{{name}} {{outcome}}' }, 'In the five minutes before.'),
  ] },
  { title: 'Import', panels: [
    panel('Documents', 'short', { expr: 'sum by (outcome) (increase(kontor_documents_total[5m]))', legend: '{{outcome}}' }, 'In the five minutes before.'),
    panel('Passages embedded per second', 'short', { expr: perSecond('kontor_embeddings_total'), legend: 'passages' }),
    panel('Time for one passage', 's', { expr: `sum(rate(kontor_embedding_seconds_total[${RATE}])) / sum(rate(kontor_embeddings_total[${RATE}]))`, legend: 'a passage' }),
    panel('95 % of the attempts are faster', 's', { expr: quantile(0.95, 'kontor_job_seconds', { by: 'name' }), legend: '{{name}}' }),
  ] },
  { title: 'Events', panels: [
    panel('Events that wait for Kafka', 'short', { expr: 'max(kontor_outbox_waiting)', legend: 'events' }),
    panel('Age of the oldest', 's', { expr: 'max(kontor_outbox_oldest_seconds)', legend: 'oldest' }),
    panel('Published', 'short', { expr: perSecond('kontor_events_published_total', 'type'), legend: '{{type}}' }, 'Per second.'),
    panel('Dead letters, and events that cannot be published', 'short', [
      { expr: ofFirm('kontor_event_dead_letters', 'topic'), legend: '{{topic}}' },
      { expr: 'max(kontor_outbox_refused)', legend: 'refused' },
    ]),
    panel('Put aside by consumers', 'short', { expr: 'sum by (type) (increase(kontor_events_put_aside_total[1h]))', legend: '{{type}}' }, 'In the hour before.'),
  ] },
  { title: 'Processes', panels: [
    panel('Up', 'short', { expr: 'sum by (job) (up{job=~".*kontor.*"})', legend: '{{job}}' }),
    panel('Memory', 'bytes', { expr: 'process_resident_memory_bytes{job=~".*kontor.*"}', legend: '{{job}} {{instance}}' }),
    panel('Cores in use', 'short', { expr: `rate(process_cpu_seconds_total{job=~".*kontor.*"}[${RATE}])`, legend: '{{job}} {{instance}}' }),
    panel('How long the event loop is held up', 's', { expr: 'nodejs_eventloop_lag_p99_seconds{job=~".*kontor.*"}', legend: '{{job}} {{instance}}' }, '99 % of the time it is less.'),
  ] },
];
