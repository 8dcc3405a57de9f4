export { AdminApiModule } from './admin-api.module.js';
export type { AdminApiPorts, DoctorCheck } from './ports.js';
