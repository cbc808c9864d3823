// What a document says, for the views: projects with their tasks, types, people. And how a document is changed: each
// function that changes gives a new document and shares with the old one what stays, so that members that nobody
// knows are kept. A document can hold anything; what is not of the expected shape is passed over when reading,
// never when writing.

import { byName, texts } from './language.js';
import { dayOf, dayText } from './dates.js';
import { isExactNumber } from './exact_json.js';
import { elementsKeyed, isObject, same } from './merge.js';

const t = texts({
    noList: [(name) => `文档中的“${name}”不是列表，无法修改；请先在导出的 JSON 中改正`,
        (name) => `"${name}" in the document is no list and cannot be changed; mend it in an exported JSON file first`],
});

// The members of a document that are lists of items.
export const collections = ['projects', 'tasks', 'taskTypes', 'pmos', 'productManagers', 'historyRecords'];

export const statuses = ['pending', 'normal', 'risk', 'delayed', 'completed'];

// Of a document that was seen before, what was made of it then.
const plans = new WeakMap();

// -> the entries of each of the collections, and { strays, people }
//
// Lists of entries { key, item }: the key tells an item of its collection for as long as it is there (merge.js),
// whatever comes before it. A project's entry has its `tasks` besides, a task's entry its `project` (an entry, or
// null). `strays` are the tasks of no project that is here. `people` are the names that tasks and projects mention,
// sorted.
export function planOf(document) {
    if (!plans.has(document))
        plans.set(document, planMake(document));
    return plans.get(document);
}

function planMake(document) {
    const projects = entriesOf(document, 'projects').map((entry) => ({ ...entry, tasks: [] }));
    const byId = new Map(projects.toReversed().map((entry) => [textOf(entry.item.id), entry]));
    // Whoever has no project is not in one that has no id.
    byId.delete('');
    const tasks = entriesOf(document, 'tasks').map((entry) =>
        ({ ...entry, project: byId.get(textOf(entry.item.projectId)) ?? null }));
    for (const task of tasks)
        task.project?.tasks.push(task);
    return {
        projects,
        tasks,
        strays: tasks.filter((task) => task.project === null),
        taskTypes: entriesOf(document, 'taskTypes'),
        pmos: entriesOf(document, 'pmos'),
        productManagers: entriesOf(document, 'productManagers'),
        historyRecords: entriesOf(document, 'historyRecords'),
        people: peopleOf(projects, tasks),
    };
}

// The entry of a key, or undefined.
export function entryOf(document, collection, key) {
    return planOf(document)[collection].find((entry) => entry.key === key);
}

export function isPlanEmpty(document) {
    const { projects, tasks } = planOf(document);
    return projects.length === 0 && tasks.length === 0;
}

function entriesOf(document, collection) {
    const array = Array.isArray(document[collection]) ? document[collection] : [];
    return [...elementsKeyed(array)].filter(([, item]) => isObject(item)).map(([key, item]) => ({ key, item }));
}

function peopleOf(projects, tasks) {
    const names = new Set(tasks.flatMap(({ item }) => namesOf(item.assignees)));
    for (const { item } of projects) {
        for (const name of [item.owner, item.developers, item.testers].flatMap(namesOf))
            names.add(name);
    }
    return [...names].sort(byName);
}

// Values of items, as they are shown.

export function textOf(value) {
    if (isExactNumber(value))
        return value.rawJSON;
    return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

// The names in a list of names, or of objects with a name; a single text is a list of one.
export function namesOf(value) {
    const list = Array.isArray(value) ? value : [value];
    return list.map((one) => textOf(isObject(one) ? one.name : one).trim()).filter((name) => name !== '');
}

export function statusOf(item) {
    return statuses.includes(item.status) ? item.status : 'normal';
}

// In per cent, 0 to 100.
export function progressOf(item) {
    const number = Number(textOf(item.progress));
    return Number.isFinite(number) ? Math.min(100, Math.max(0, number)) : 0;
}

// -> { start, end }, days or null. One end alone stands for both; ends that are the wrong way round are swapped.
export function periodOf(item) {
    const start = dayOf(item.startDate) ?? dayOf(item.endDate);
    const end = dayOf(item.endDate) ?? start;
    return start !== null && end < start ? { start: end, end: start } : { start, end };
}

// Of a project without dates of its own, those of its tasks.
export function projectPeriod({ item, tasks }) {
    const own = periodOf(item);
    if (own.start !== null)
        return own;
    return periodsSpan(tasks.map((task) => periodOf(task.item)));
}

// From the first day of any of these periods to the last one.
export function periodsSpan(periods) {
    const known = periods.filter(({ start }) => start !== null);
    const span = known.reduce((sum, { start, end }) =>
        ({ start: Math.min(sum.start, start), end: Math.max(sum.end, end) }), { start: Infinity, end: -Infinity });
    return known.length > 0 ? span : { start: null, end: null };
}

// The type of a task as it is now in the settings; what the task itself says of it, if it is not there any more.
export function typeOf(document, task) {
    return typeEntryOf(document, task)?.item ?? (isObject(task.type) ? task.type : {});
}

// The entry of that type in the settings, or undefined.
export function typeEntryOf(document, task) {
    const id = isObject(task.type) ? task.type.id : undefined;
    return planOf(document).taskTypes.find(({ item }) => id !== undefined && same(item.id, id));
}

// Changes.

let lastId = 0;

// "task-1769000000123-7k2f": told apart by time, and by chance from what others add at the same time.
export function newId(prefix) {
    lastId = Math.max(Date.now(), lastId + 1);
    const chance = crypto.getRandomValues(new Uint32Array(1))[0].toString(36).padStart(4, '0').slice(-4);
    return `${prefix}-${lastId}-${chance}`;
}

// A new project, which begins with nothing but these members.
export function projectDraft(members = {}) {
    return {
        id: newId('project'), name: '', status: 'pending', progress: 0, startDate: '', endDate: '', owner: '', pmo: '',
        productManager: '', partners: [], developers: [], testers: [], contacts: [], chatGroupLinks: [], remark: '',
        dailyProgress: [], ...members,
    };
}

export function periodMembers(start, end) {
    return { startDate: dayText(start), endDate: dayText(end) };
}

// At the end, or behind the item of a key.
export function withItem(document, collection, item, behind = null) {
    const keyed = [...elementsKeyed(listOf(document, collection))];
    const place = keyed.findIndex(([key]) => key === behind);
    const items = keyed.map(([, element]) => element);
    items.splice(place >= 0 ? place + 1 : items.length, 0, item);
    return { ...document, [collection]: items };
}

// The members replace the item's own; undefined removes one. An item that is gone stays gone.
export function withMembers(document, collection, key, members) {
    return mapped(document, collection, (element, itsKey) => itsKey === key ? changed(element, members) : element);
}

// `change` is given each item and its key, and gives what takes its place.
export function mapped(document, collection, change) {
    const items = [...elementsKeyed(listOf(document, collection))].map(([key, element]) =>
        isObject(element) ? change(element, key) : element);
    return { ...document, [collection]: items };
}

export function withoutItems(document, collection, keys) {
    const gone = new Set(keys);
    const kept = [...elementsKeyed(listOf(document, collection))].filter(([key]) => !gone.has(key));
    return { ...document, [collection]: kept.map(([, element]) => element) };
}

// With all its tasks.
export function withoutProject(document, key) {
    const tasks = (entryOf(document, 'projects', key)?.tasks ?? []).map((task) => task.key);
    const rest = withoutItems(document, 'projects', [key]);
    return tasks.length > 0 ? withoutItems(rest, 'tasks', tasks) : rest;
}

// The item of a key, one place up (-1) or down (1).
export function withItemMoved(document, collection, key, step) {
    const keyed = [...elementsKeyed(listOf(document, collection))];
    const place = keyed.findIndex(([itsKey]) => itsKey === key);
    const target = place + step;
    if (place < 0 || target < 0 || target >= keyed.length)
        return document;
    [keyed[place], keyed[target]] = [keyed[target], keyed[place]];
    return { ...document, [collection]: keyed.map(([, element]) => element) };
}

function changed(item, members) {
    const entries = Object.entries({ ...item, ...members }).filter(([, value]) => value !== undefined);
    return Object.fromEntries(entries);
}

function listOf(document, collection) {
    const list = document[collection] ?? [];
    if (!Array.isArray(list))
        throw new TypeError(t('noList', collection));
    return list;
}
