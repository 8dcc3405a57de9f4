// What deployments name already and other work brings; emptied as it arrives.
export const pendingVariables = ['KONTOR_REDIS_URL', 'KONTOR_KAFKA_BROKERS', 'KONTOR_KAFKA_TLS', 'KONTOR_KAFKA_SASL', 'KONTOR_KAFKA_ACCOUNT', 'KONTOR_KAFKA_PASSWORD'];
export const pendingPrograms = ['apps/event-relay/src/main.ts'];
