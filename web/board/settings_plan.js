// What the settings mean for the rest of a document: who uses a type or a name, and changes that reach those, too.

import { elementsKeyed, isObject } from './merge.js';
import { mapped, namesOf, newId, planOf, textOf, typeEntryOf, withItemMoved, withMembers } from './plan.js';

// The lists that are settings. Tasks hold a copy of their type and are matched by its id; projects name their PMO and
// their product manager, and are matched by that name.
const kinds = {
    taskTypes: { entries: 'taskTypes', prefix: 'type' },
    pmos: { entries: 'pmos', prefix: 'pmo', member: 'pmo' },
    productManagers: { entries: 'productManagers', prefix: 'pm', member: 'productManager' },
};

export function entriesOf(document, collection) {
    return planOf(document)[kinds[collection].entries];
}

export function isList(document, collection) {
    return Array.isArray(document[collection] ?? []);
}

// How many elements a list has besides objects: they are not shown, and they are kept.
export function othersCount(document, collection) {
    const list = document[collection];
    return Array.isArray(list) ? list.length - entriesOf(document, collection).length : 0;
}

// The entries of the tasks that are of a type, or of the projects that name a person.
export function usersOf(document, collection, { key, item }) {
    const { projects, tasks } = planOf(document);
    const { member } = kinds[collection];
    if (member !== undefined)
        return projects.filter((project) => namesOf(project.item[member]).includes(textOf(item.name).trim()));
    return tasks.filter((task) => typeEntryOf(document, task.item)?.key === key);
}

// Why an entry (of a key; null: a new one) cannot have a name: 'empty' or 'taken'; null if it can.
export function nameProblem(document, collection, key, name) {
    const plain = (text) => text.trim().toLowerCase();
    if (plain(name) === '')
        return 'empty';
    const others = entriesOf(document, collection).filter((entry) => entry.key !== key);
    return others.some(({ item }) => plain(textOf(item.name)) === plain(name)) ? 'taken' : null;
}

// `color` is for types alone.
export function settingMake(collection, name, color) {
    const { prefix } = kinds[collection];
    return { id: newId(prefix), name, ...(color === undefined ? {} : { color }), enabled: true };
}

// A type's name or colour, in the tasks' copies of it as well.
export function withTypeChanged(document, key, members) {
    return withUsersChanged(document, 'taskTypes', key, members, 'tasks', (task) =>
        ({ ...task, type: { ...task.type, ...members } }));
}

// A person's name, in the projects that name the person as well.
export function withPersonRenamed(document, collection, key, name) {
    const { member } = kinds[collection];
    const before = textOf(entriesOf(document, collection).find((entry) => entry.key === key)?.item.name).trim();
    return withUsersChanged(document, collection, key, { name }, 'projects', (project) =>
        ({ ...project, [member]: renamed(project[member], before, name) }));
}

function withUsersChanged(document, collection, key, members, users, change) {
    const entry = entriesOf(document, collection).find((one) => one.key === key);
    if (entry === undefined)
        return document;
    const keys = new Set(usersOf(document, collection, entry).map((user) => user.key));
    const changed = withMembers(document, collection, key, members);
    return keys.size === 0 ? changed : mapped(changed, users, (item, itsKey) => keys.has(itsKey) ? change(item) : item);
}

// As namesOf reads names: a text, an object with a name, or a list of these.
function renamed(value, before, name) {
    if (Array.isArray(value))
        return value.map((one) => renamed(one, before, name));
    if (isObject(value))
        return { ...value, name: renamed(value.name, before, name) };
    return textOf(value).trim() === before ? name : value;
}

// Puts an item where another one of its list is.
export function withItemPlaced(document, collection, key, target) {
    const keys = [...elementsKeyed(document[collection]).keys()];
    const [from, to] = [key, target].map((one) => keys.indexOf(one));
    let placed = document;
    for (let step = 0; from >= 0 && to >= 0 && step < Math.abs(to - from); step++)
        placed = withItemMoved(placed, collection, key, Math.sign(to - from));
    return placed;
}
