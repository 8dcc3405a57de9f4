// What deployments name already and other work brings; emptied as it arrives.
export const pendingVariables = ['KONTOR_REDIS_URL'];
