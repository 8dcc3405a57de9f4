export { AdminApiModule } from './admin-api.module.js';
export { examine, type Examined } from './doctor/examine.js';
export { modelAdmin } from './models/model-admin.js';
export type { AdminApiPorts, DoctorCheck } from './ports.js';
