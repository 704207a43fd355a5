//! Limits how many bytes of files a browser, and an address, may upload per day. The count is in
//! the database, so that neither a restart nor another process resets it.

use super::{
    client_address::ClientAddress,
    config::Access,
    owner_settings::OwnerSettings,
    session::Signer,
    store::{Records, SessionId, StoreError, Uploader},
};
use crate::generation::{Limit, ReachedLimit};

const MB: u64 = 1024 * 1024;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// The factor for this machine itself, where requests are the owner's, or everybody's through a
/// proxy.
const OWN_MACHINE: u64 = 10;

/// How much the smallest file counts: its row and its entry in the store cost that much.
const LEAST_BYTES: u64 = 16 * 1024;

/// The daily upload limits. Cheap to clone.
#[derive(Clone)]
pub struct Allowance {
    settings: OwnerSettings,
    records: Records,
    signer: Signer,
    /// Everybody has a name, by which they are counted wherever they are.
    is_by_name: bool,
}

/// The allowance of one browser at one address on one day.
pub struct Today {
    day: i64,
    uploaders: Vec<Uploader>,
    records: Records,
    /// Bytes.
    pub room: u64,
    /// The error for larger uploads.
    pub reached: ReachedLimit,
}

impl Allowance {
    pub fn new(settings: OwnerSettings, records: Records, signer: Signer, access: Access) -> Self {
        Self { settings, records, signer, is_by_name: access.is_by_name() }
    }

    /// How much more may be uploaded today. A new cookie does not raise the limit.
    pub async fn today(
        &self,
        session: &SessionId,
        address: ClientAddress,
        now_ms: i64,
    ) -> Result<Today, StoreError> {
        let allowed_mb = self.settings.limit(Limit::Uploads);
        let bytes_per_day = u64::from(allowed_mb) * MB;
        let of_address = match address.is_local() {
            true => bytes_per_day.saturating_mul(OWN_MACHINE),
            false => bytes_per_day,
        };
        let uploader = |name: String, limit| Uploader { name: self.signer.pseudonym(&name), limit };
        let mut uploaders = vec![uploader(format!("session {}", session.as_str()), bytes_per_day)];
        if !self.is_by_name {
            uploaders.push(uploader(format!("address {address}"), of_address));
        }
        let day = now_ms.div_euclid(DAY_MS);
        let room = self.records.upload_room(day, &uploaders).await?;
        // Not even the smallest file would fit.
        let room = if room < LEAST_BYTES { 0 } else { room };
        let reached = ReachedLimit {
            limit: Limit::Uploads,
            allowed: allowed_mb,
            retry_after_seconds: seconds_left_today(now_ms),
        };
        Ok(Today { day, uploaders, records: self.records.clone(), room, reached })
    }
}

impl Today {
    /// Counts a file. False, without counting it, when others have used the room meanwhile.
    pub async fn count(&self, bytes: u64) -> Result<bool, StoreError> {
        self.records.count_upload(self.day, &self.uploaders, bytes.max(LEAST_BYTES)).await
    }
}

/// How long until the next day, in seconds.
pub fn seconds_left_today(now_ms: i64) -> u32 {
    let seconds = (DAY_MS - now_ms.rem_euclid(DAY_MS)) / 1000 + 1;
    u32::try_from(seconds).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::config::Config;

    async fn allowance(folder: &std::path::Path, access: Access) -> Allowance {
        let variable = |name: &str| (name == "EASEL_UPLOAD_MB_PER_DAY").then(|| "1".to_owned());
        let mut config = Config::read(variable).unwrap();
        config.data_dir = folder.to_owned();
        let records = Records::open(None, folder).await.unwrap();
        let signer = Signer::open(&config, &records).await.unwrap();
        let settings = OwnerSettings::open(config.into(), records.clone()).await.unwrap();
        Allowance::new(settings, records, signer, access)
    }

    #[tokio::test]
    async fn a_new_cookie_is_no_new_allowance_nor_is_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let mut allowance = allowance(folder.path(), Access::Open).await;
        let address = |ip: [u8; 4]| ClientAddress::new(ip.into());
        let (far, here) = (address([192, 0, 2, 1]), address([127, 0, 0, 1]));
        let (one, two) = (SessionId::new("one"), SessionId::new("two"));
        assert!(allowance.today(&one, far, 1).await.unwrap().count(MB - 100_000).await.unwrap());
        for restarted in [false, true] {
            if restarted {
                allowance = self::allowance(folder.path(), Access::Open).await;
            }
            let room = async |session, address, now_ms| {
                allowance.today(session, address, now_ms).await.unwrap().room
            };
            assert_eq!(room(&one, far, 1).await, 100_000);
            assert_eq!(room(&two, far, 1).await, 100_000);
            // A new address does not raise the limit either.
            assert_eq!(room(&one, here, 1).await, 100_000);
            assert_eq!(room(&two, here, 1).await, MB);
            assert_eq!(room(&one, far, 1 + DAY_MS).await, MB);
        }
        let today = allowance.today(&two, far, 1).await.unwrap();
        assert!(!today.count(100_001).await.unwrap());
        assert!(today.count(100_000).await.unwrap());
        assert!(!today.count(1).await.unwrap());
        assert_eq!(allowance.today(&one, far, 1).await.unwrap().room, 0);
    }

    #[tokio::test]
    async fn many_small_files_are_many() {
        let folder = tempfile::tempdir().unwrap();
        let allowance = allowance(folder.path(), Access::Open).await;
        let address = ClientAddress::new([192, 0, 2, 1].into());
        let today = allowance.today(&SessionId::new("one"), address, 1).await.unwrap();
        for _ in 0..MB / LEAST_BYTES {
            assert!(today.count(1).await.unwrap());
        }
        assert!(!today.count(1).await.unwrap());
    }

    #[tokio::test]
    async fn people_with_a_name_share_no_allowance_with_their_house() {
        let folder = tempfile::tempdir().unwrap();
        let allowance = allowance(folder.path(), Access::People).await;
        let house = ClientAddress::new([192, 0, 2, 1].into());
        let (ana, bo) = (SessionId::new("ana"), SessionId::new("bo"));
        assert!(allowance.today(&ana, house, 1).await.unwrap().count(MB).await.unwrap());
        assert_eq!(allowance.today(&ana, house, 1).await.unwrap().room, 0);
        assert_eq!(allowance.today(&bo, house, 1).await.unwrap().room, MB);
    }

    #[test]
    fn a_day_ends() {
        assert_eq!(seconds_left_today(0), 86_401);
        assert_eq!(seconds_left_today(DAY_MS - 1), 1);
    }
}
