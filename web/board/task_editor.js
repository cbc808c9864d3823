export function taskEdit(keeper, key) {}
export function taskAdd(keeper, members) {}
