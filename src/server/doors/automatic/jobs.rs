//! The running work of each key of this API: its clients poll its progress, and cancel all of it.

use std::{collections::HashMap, sync::Arc};

use axum::{Extension, Json, extract::State};
use parking_lot::{Mutex, MutexGuard};
use serde_json::{Value, json};

use crate::{
    generation::{GenerationId, Phase},
    server::{
        doors::{api_error::ApiError, rest::now, who::Holder},
        state::AppState,
    },
};

/// Running work by key. Cheap to clone.
#[derive(Clone, Default)]
pub struct Jobs(Arc<Mutex<HashMap<String, Vec<GenerationId>>>>);

/// One running request, until it is dropped.
pub struct Job {
    jobs: Jobs,
    key: String,
    ids: Vec<GenerationId>,
}

impl Jobs {
    pub fn begin(&self, key: &str, ids: &[GenerationId]) -> Job {
        self.lock().entry(key.to_owned()).or_default().extend_from_slice(ids);
        Job { jobs: self.clone(), key: key.to_owned(), ids: ids.to_vec() }
    }

    fn of(&self, key: &str) -> Vec<GenerationId> {
        self.lock().get(key).cloned().unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Vec<GenerationId>>> {
        self.0.lock()
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        let mut jobs = self.jobs.lock();
        if let Some(ids) = jobs.get_mut(&self.key) {
            ids.retain(|id| !self.ids.contains(id));
            if ids.is_empty() {
                jobs.remove(&self.key);
            }
        }
    }
}

/// `GET /sdapi/v1/progress`: of the first running request; all zeros when nothing runs.
pub async fn progress(
    State(state): State<AppState>,
    Extension(caller): Holder,
    Extension(jobs): Extension<Jobs>,
) -> Json<Value> {
    let ids = jobs.of(&caller.key);
    let (mut fraction, mut at, mut of, mut text) = (0.0, 0.0, 0.0, Value::Null);
    if let Some(id) = ids.first()
        && let Phase::Running { step, total, fraction: told, label, .. } =
            now(&state, &caller.session, id).await.phase
    {
        (at, of) = (step.unwrap_or(0.0), total.unwrap_or(0.0));
        let counted = if of > 0.0 { at / of } else { 0.0 };
        fraction = told.unwrap_or(counted).clamp(0.0, 1.0);
        text = label.into();
    }
    Json(json!({
        "progress": fraction,
        "eta_relative": 0.0,
        "state": {
            "skipped": false,
            "interrupted": false,
            "job": "",
            "job_count": ids.len(),
            "job_no": 0,
            "sampling_step": at as u64,
            "sampling_steps": of as u64,
        },
        "current_image": Value::Null,
        "textinfo": text,
    }))
}

/// `POST /sdapi/v1/interrupt`
pub async fn interrupt(
    State(state): State<AppState>,
    Extension(caller): Holder,
    Extension(jobs): Extension<Jobs>,
) -> Result<Json<Value>, ApiError> {
    for id in jobs.of(&caller.key) {
        state.generations.cancel(&caller.session, &id).await?;
    }
    Ok(Json(json!({})))
}
