import type { Admin, AdminConfig, Kafka } from 'kafkajs';
import { kafkaError } from './kafka-error.js';

/** Asks something of the cluster over a connection of its own. @throws AppError */
export async function withAdmin<Result>(kafka: Kafka, work: (admin: Admin) => Promise<Result>, config?: AdminConfig): Promise<Result> {
  const admin = kafka.admin(config);
  try {
    await admin.connect();
    return await work(admin);
  } catch (thrown) {
    throw kafkaError(thrown);
  } finally {
    await admin.disconnect();
  }
}
