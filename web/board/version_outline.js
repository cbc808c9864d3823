// A document as it was, to read: its projects with their tasks.

import { periodShown } from './dates.js';
import { element } from './dom.js';
import { namesShown, percentShown, texts } from './language.js';
import { isPlanEmpty, namesOf, periodOf, planOf, progressOf, projectPeriod } from './plan.js';
import { countShown, nameOf, statusNode, straysName } from './terms.js';

const t = texts({
    empty: ['这个版本中没有项目和任务', 'There are no projects and no tasks in this version'],
});

export function outlineNode(document) {
    const { projects, tasks, strays } = planOf(document);
    if (isPlanEmpty(document))
        return element('p', { class: 'detail' }, t('empty'));
    return element('div', { class: 'outline' },
        element('p', {}, namesShown([countShown('projects', projects.length), countShown('tasks', tasks.length)])),
        projects.map((project) => element('section', { class: 'card' },
            element('h3', {}, nameOf(project.item), ' ', statusNode(project.item)),
            factsNode(project.item, projectPeriod(project), project.item.owner),
            tasksNode(project.tasks))),
        strays.length === 0 ? null
            : element('section', { class: 'card' }, element('h3', {}, straysName()), tasksNode(strays)));
}

function tasksNode(tasks) {
    return element('ul', { class: 'history-rows' }, tasks.map(({ item }) => element('li', {},
        element('span', {}, nameOf(item), ' ', statusNode(item)),
        factsNode(item, periodOf(item), item.assignees))));
}

function factsNode(item, { start, end }, people) {
    const facts = [periodShown(start, end), percentShown(progressOf(item)), namesShown(namesOf(people))];
    return element('span', { class: 'detail' }, facts.filter((fact) => fact !== '').join(' · '));
}
