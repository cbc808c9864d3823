// What the settings mean for the rest of a document: who uses a type or a name, and changes that reach those, too.

import { isObject } from './merge.js';
import { entryOf, mapped, namesOf, newId, planOf, textOf, typeEntryOf, withMembers } from './plan.js';
import { countShown } from './terms.js';

// The lists that are settings, and who uses what is in them: tasks hold a copy of their type and are matched by its id;
// projects name their PMO and their product manager, and are matched by that name.
const kinds = {
    taskTypes: { prefix: 'type', users: 'tasks', member: 'type' },
    pmos: { prefix: 'pmo', users: 'projects', member: 'pmo' },
    productManagers: { prefix: 'pm', users: 'projects', member: 'productManager' },
};

// "2 tasks", "1 project"; '' if nobody uses an entry.
export function usersShown(document, collection, entry) {
    const { length } = usersOf(document, collection, entry);
    return length > 0 ? countShown(kinds[collection].users, length) : '';
}

function usersOf(document, collection, { key, item }) {
    const { users, member } = kinds[collection];
    const isUser = collection === 'taskTypes' ? (task) => typeEntryOf(document, task.item)?.key === key
        : (project) => namesOf(project.item[member]).includes(textOf(item.name).trim());
    return planOf(document)[users].filter(isUser);
}

// Why an entry (of a key; null: a new one) cannot have a name: 'empty' or 'taken'; null if it can.
export function nameProblem(document, collection, key, name) {
    const plain = (text) => text.trim().toLowerCase();
    if (plain(name) === '')
        return 'empty';
    const others = planOf(document)[collection].filter((entry) => entry.key !== key);
    return others.some(({ item }) => plain(textOf(item.name)) === plain(name)) ? 'taken' : null;
}

// `color` is for types alone.
export function settingMake(collection, name, color) {
    return { id: newId(kinds[collection].prefix), name, ...color !== undefined && { color }, enabled: true };
}

// A type's name or colour, or a person's name, in the tasks or projects that use it as well.
export function withSettingChanged(document, collection, key, members) {
    const entry = entryOf(document, collection, key);
    if (entry === undefined)
        return document;
    const changed = withMembers(document, collection, key, members);
    const keys = new Set(usersOf(document, collection, entry).map((user) => user.key));
    if (keys.size === 0)
        return changed;
    const { users, member } = kinds[collection];
    const before = textOf(entry.item.name).trim();
    const memberOf = (user) => collection === 'taskTypes' ? { ...user.type, ...members }
        : renamed(user[member], before, members.name);
    return mapped(changed, users, (user, itsKey) => keys.has(itsKey) ? { ...user, [member]: memberOf(user) } : user);
}

// As namesOf reads names: a text, an object with a name, or a list of these.
function renamed(value, before, name) {
    if (Array.isArray(value))
        return value.map((one) => renamed(one, before, name));
    if (isObject(value))
        return { ...value, name: renamed(value.name, before, name) };
    return textOf(value).trim() === before ? name : value;
}
