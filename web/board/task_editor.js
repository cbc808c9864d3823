// Editing a task, and adding one.

import { today } from './dates.js';
import { ChoiceField, ProgressField, TextField } from './form_fields.js';
import { columns, itemAdd, itemEdit, nameField, side } from './item_form.js';
import { texts } from './language.js';
import { NamesField } from './names_field.js';
import { periodFields } from './period_fields.js';
import { namesOf, newId, periodMembers, planOf, textOf } from './plan.js';
import { RecordsField, recordToday } from './records_field.js';
import { statusField } from './status_field.js';
import { nameOf } from './terms.js';
import { TypeField, typesInUse } from './type_field.js';

const t = texts({
    edit: ['编辑任务', 'Edit task'],
    add: ['新建任务', 'Add task'],
    unknownProject: [(id) => `未知项目（${id}）`, (id) => `Unknown project (${id})`],
});

const daysOfNew = 5;

export function taskEdit(keeper, key) {
    itemEdit(keeper, 'tasks', key, { title: t('edit'), ...taskForm(keeper) });
}

// In the project of a key, or in one that the person chooses; `start` and `end` are days.
export function taskAdd(keeper, { projectKey = null, start = today(), end = start + daysOfNew - 1 } = {}) {
    const { projects } = planOf(keeper.document);
    const project = projects.find(({ key }) => key === projectKey) ?? (projects.length === 1 ? projects[0] : null);
    const [type] = typesInUse(keeper.document);
    const draft = {
        id: newId('task'), projectId: project?.item.id ?? '', name: '', ...type && { type }, status: 'pending',
        progress: 0, ...periodMembers(start, end), assignees: [], remark: '', dailyRecords: [],
    };
    itemAdd(keeper, 'tasks', draft, { title: t('add'), ...taskForm(keeper, { isNew: true }) });
}

function taskForm(keeper, { isNew = false } = {}) {
    const known = () => planOf(keeper.document).people;
    const name = nameField(isNew);
    const project = projectField(keeper.document);
    const type = new TypeField(keeper.document);
    const status = statusField();
    const progress = new ProgressField('progress');
    const period = periodFields();
    const assignees = new NamesField('assignees', known);
    const remark = new TextField('remark', { isLong: true });
    const records = new RecordsField('dailyRecords', {
        blank: () => ({ ...recordToday(progress, status), assignees: namesOf(assignees.written()) }), known,
    });
    return {
        fields: [name, project, type, status, progress, period.start, period.end, assignees, remark, records],
        body: columns([name, project, type, side(status, progress), period], [assignees, remark, records]),
    };
}

function projectField(document) {
    const choices = planOf(document).projects.filter(({ item }) => textOf(item.id) !== '')
        .map(({ item }) => ({ text: nameOf(item), value: item.id }));
    return new ChoiceField('projectId', choices, {
        isRequired: true,
        matches: (id, stored) => textOf(id) === textOf(stored),
        describe: (stored) => textOf(stored) && t('unknownProject', textOf(stored)),
    });
}
