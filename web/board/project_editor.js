export function projectEdit(keeper, key) {}
export function projectAdd(keeper) {}
