// A document as it was, to read: its projects with their tasks.

import { periodShown } from './dates.js';
import { element } from './dom.js';
import { texts } from './language.js';
import { namesOf, periodOf, planOf, progressOf, projectPeriod, textOf } from './plan.js';
import { statusNode, unnamed } from './terms.js';

const t = texts({
    empty: ['这个版本中没有项目和任务', 'There are no projects and no tasks in this version'],
    projects: [(count) => `${count} 个项目`, (count) => `${count} ${count === 1 ? 'project' : 'projects'}`],
    tasks: [(count) => `${count} 个任务`, (count) => `${count} ${count === 1 ? 'task' : 'tasks'}`],
    strays: ['不属于任何项目的任务', 'Tasks of no project'],
    comma: ['、', ', '],
    percent: [(number) => `${number}%`, (number) => `${number} %`],
});

export function outlineNode(document) {
    const { projects, tasks, strays } = planOf(document);
    if (projects.length + tasks.length === 0)
        return element('p', { class: 'detail' }, t('empty'));
    return element('div', { class: 'outline' },
        element('p', {}, [t('projects', projects.length), t('tasks', tasks.length)].join(t('comma'))),
        projects.map((project) => element('section', {},
            element('h3', {}, titleOf(project.item), ' ', statusNode(project.item)),
            element('p', { class: 'detail' }, factsShown(project.item, projectPeriod(project), project.item.owner)),
            tasksNode(project.tasks))),
        strays.length === 0 ? null : element('section', {}, element('h3', {}, t('strays')), tasksNode(strays)));
}

function tasksNode(tasks) {
    if (tasks.length === 0)
        return null;
    return element('ul', {}, tasks.map(({ item }) => element('li', {},
        element('span', {}, titleOf(item), ' ', statusNode(item)),
        element('span', { class: 'detail' }, factsShown(item, periodOf(item), item.assignees)))));
}

function titleOf(item) {
    return textOf(item.name).trim() || unnamed();
}

function factsShown(item, { start, end }, people) {
    const percent = t('percent', Math.round(progressOf(item)));
    const facts = [periodShown(start, end), percent, namesOf(people).join(t('comma'))];
    return facts.filter((fact) => fact !== '').join(' · ');
}
