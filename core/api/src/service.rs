//! The macro behind the contract: one declaration of a method becomes its request, its answer, its function in
//! [`crate::Service`], its arm in [`crate::dispatch`], and its function in both clients.

/// Declares the methods, grouped by the role that they need:
///
/// ```text
/// Role {
///     /// Does something.
///     Variant = method(argument: Type, ...) -> Answer;
/// }
/// ```
///
/// Answers without content are `()`.
macro_rules! service {
    ($( $role:ident { $(
        $(#[doc = $doc:literal])*
        $variant:ident = $method:ident( $( $(#[$about:meta])* $argument:ident : $type:ty ),* $(,)? ) -> $answer:ty;
    )* } )*) => {
        /// A request. In JSON: `{"method":"connect","params":{"id":"…",…}}`; `params` is always present, and an unknown parameter
        /// is an error.
        #[derive(Clone, PartialEq, Debug, serde::Serialize, serde::Deserialize)]
        #[serde(tag = "method", content = "params", rename_all = "snake_case", deny_unknown_fields)]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
        #[expect(missing_docs, reason = "what a method's text says of its parameters is not said again")]
        pub enum Request { $($(
            $(#[doc = $doc])*
            $variant { $( $(#[$about])* $argument: $type, )* },
        )*)* }

        /// The answer to the request of the same name. In JSON: `{"method":"connect","result":…}`.
        #[derive(Clone, PartialEq, Debug, serde::Serialize, serde::Deserialize)]
        #[serde(tag = "method", content = "result", rename_all = "snake_case")]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
        pub enum Response { $($(
            $(#[doc = $doc])*
            $variant($answer),
        )*)* }

        /// Every method with the role that it needs, in the order of declaration.
        pub const METHODS: &[Method] = &[ $($( Method { name: stringify!($method), needs: Role::$role }, )*)* ];

        impl Request {
            /// Returns the method that the request calls.
            pub const fn method(&self) -> Method {
                match self { $($( Self::$variant { .. } => Method { name: stringify!($method), needs: Role::$role }, )*)* }
            }

            /// Returns the rights that the request needs, as far as they do not depend on the tunnel.
            pub const fn rights(&self) -> Rights {
                match self {
                    Self::SetKillSwitch { kill_switch: KillSwitch::Lockdown, .. } => Rights::both(Role::Status, Action::Lockdown),
                    Self::SetKillSwitch { .. } => Rights::both(Role::Status, Action::KillSwitch),
                    _ => Rights::role(self.method().needs),
                }
            }
        }

        /// The methods of the contract. Calls may block for as long as the work takes; they may come from several threads at
        /// once.
        ///
        /// For a client only [`dispatch`] may call them: it checks that the caller has the role that the method needs. Methods
        /// use `caller` for further
        /// checks, and for the log.
        pub trait Service: Send + Sync + 'static {
            /// Returns the rights that the request needs at this moment, at least [`Request::rights`]. Does not block. A method
            /// checks again if it may need more rights by the time it is called.
            fn rights(&self, request: &Request) -> Rights {
                request.rights()
            }
        $($(
            $(#[doc = $doc])*
            fn $method(&self, caller: &Caller, $( $argument: $type ),*) -> Result<$answer, ApiError>;
        )*)* }

        /// Calls the requested method if the caller has the rights. This is the only place that decides this.
        pub fn dispatch(service: &(impl Service + ?Sized), caller: &Caller, request: Request) -> Result<Response, ApiError> {
            service.rights(&request).check(caller)?;
            match request { $($(
                Request::$variant { $( $argument ),* } => service.$method(caller, $( $argument ),*).map(Response::$variant),
            )*)* }
        }

        impl<T: crate::Transport> crate::Client<T> { $($(
            $(#[doc = $doc])*
            pub async fn $method(&self, $( $argument: $type ),*) -> Result<$answer, crate::CallError<T::Error>> {
                let Response::$variant(answer) = self.call(Request::$variant { $( $argument ),* }).await? else {
                    return Err(crate::CallError::WrongAnswer);
                };
                Ok(answer)
            }
        )*)* }

        impl<T: crate::BlockingTransport> crate::BlockingClient<T> { $($(
            $(#[doc = $doc])*
            pub fn $method(&self, $( $argument: $type ),*) -> Result<$answer, crate::CallError<T::Error>> {
                let Response::$variant(answer) = self.call(Request::$variant { $( $argument ),* })? else {
                    return Err(crate::CallError::WrongAnswer);
                };
                Ok(answer)
            }
        )*)* }
    };
}

pub(crate) use service;
