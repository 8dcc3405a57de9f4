// What deployments name already and other work brings; emptied as it arrives.
export const pendingVariables = ['KONTOR_DATABASE_OWNER_URL', 'KONTOR_REDIS_URL', 'KONTOR_KAFKA_BROKERS', 'KONTOR_KAFKA_TLS', 'KONTOR_KAFKA_SASL', 'KONTOR_KAFKA_ACCOUNT', 'KONTOR_KAFKA_PASSWORD', 'KONTOR_S3_ENDPOINT', 'KONTOR_S3_REGION', 'KONTOR_S3_BUCKET', 'KONTOR_S3_ACCESS_KEY', 'KONTOR_S3_SECRET_KEY'];
export const pendingPrograms = ['apps/event-relay/src/main.ts'];
