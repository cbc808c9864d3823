// Which projects and tasks pass a filter. All criteria that are given must hold; of the values within one, any.
//
// A task passes by its own status, type and assignees, and a search finds it by its name, its assignees and its
// remark, and by its project's name, so that searching for a project shows all of it. A project passes by its own
// status and by its owner, developers and testers; no type is its own. It is shown, too, where one of its tasks
// passes.

import { parameterValue, parameterValues } from './address.js';
import { namesOf, planOf, statusOf, textOf, typeOf } from './plan.js';

// `search` is what was typed; words in it must all be found. The others are lists of what is allowed, [] for all.
export const noFilter = { search: '', statuses: [], types: [], people: [] };

export function filterOfAddress() {
    return {
        search: parameterValue('q'), statuses: parameterValues('status'), types: parameterValues('type'),
        people: parameterValues('person'),
    };
}

export function isFiltering({ search, statuses, types, people }) {
    return search.trim() !== '' || statuses.length + types.length + people.length > 0;
}

// -> { projects: [{ project, tasks, passes }], strays, projectCount, taskCount }: entries of plan.js; `passes` is
// whether the project does so itself. The counts are of those that pass.
export function planFiltered(document, filter) {
    const plan = planOf(document);
    const words = filter.search.toLowerCase().split(/\s+/).filter((word) => word !== '');
    const taskPasses = (task) => taskMatches(document, task, filter, words);
    const projects = plan.projects
        .map((project) => ({
            project, tasks: project.tasks.filter(taskPasses), passes: projectMatches(project, filter, words),
        }))
        .filter(({ tasks, passes }) => passes || tasks.length > 0);
    const strays = plan.strays.filter(taskPasses);
    return {
        projects,
        strays,
        projectCount: projects.filter(({ passes }) => passes).length,
        taskCount: projects.reduce((sum, { tasks }) => sum + tasks.length, strays.length),
    };
}

// What names a type in a filter: its id, or its name if it has none.
function typeValue(type) {
    return textOf(type.id) || textOf(type.name);
}

// [[value, name]] of the types that there are and that tasks still have.
export function typeChoices(document) {
    const plan = planOf(document);
    const types = [...plan.taskTypes.map(({ item }) => item), ...plan.tasks.map(({ item }) => typeOf(document, item))];
    const named = new Map();
    for (const type of types) {
        const value = typeValue(type);
        if (value !== '' && !named.has(value))
            named.set(value, textOf(type.name) || value);
    }
    return [...named];
}

function taskMatches(document, { item, project }, { statuses, types, people }, words) {
    const assignees = namesOf(item.assignees);
    return isAllowed(statuses, [statusOf(item)]) && isAllowed(people, assignees) &&
        (types.length === 0 || types.includes(typeValue(typeOf(document, item)))) &&
        isFound(words, () => [item.name, item.remark, project?.item.name].map(textOf).concat(assignees));
}

function projectMatches({ item }, { statuses, types, people }, words) {
    return types.length === 0 && isAllowed(statuses, [statusOf(item)]) &&
        isAllowed(people, [item.owner, item.developers, item.testers].flatMap(namesOf)) &&
        isFound(words, () => projectTexts(item));
}

function projectTexts(item) {
    const { owner, pmo, productManager, partners, developers, testers, contacts } = item;
    const people = [owner, pmo, productManager, partners, developers, testers, contacts].flatMap(namesOf);
    return [item.name, item.remark].map(textOf).concat(people);
}

function isAllowed(allowed, values) {
    return allowed.length === 0 || values.some((value) => allowed.includes(value));
}

function isFound(words, texts) {
    if (words.length === 0)
        return true;
    const text = texts().join('\n').toLowerCase();
    return words.every((word) => text.includes(word));
}
